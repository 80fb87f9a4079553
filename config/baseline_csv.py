"""Baselines as CSV: read and compared, written all or not at all, exported."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.history import Change, Who, record, values
from config.industries import INDUSTRY_LENGTH, industry_key, trim_industry
from config.models import IndustryBaseline
from config.models.baseline import validate_baseline
from config.spreadsheets import marked, unmarked
from sentiment_api import version

LARGEST_BYTES = 256 * 1024
MOST_ROWS = 5000
NEEDED = ("industry", "baseline_score")
COLUMNS = (*NEEDED, "description")
DELIMITERS = (",", ";", "\t")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class BadFileError(Exception):
    """A file that cannot be read as baselines; the message says why and what to do."""


class ChangedMeanwhileError(Exception):
    """The baselines are no longer those that the preview was compared with."""


class Outcome(StrEnum):
    """What a line would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    INVALID = "invalid"


@dataclass(frozen=True)
class Line:
    """One line of a file, compared with what is stored. `description` None: the file has no such
    column, so what is stored stays."""

    number: int
    outcome: Outcome
    industry: str
    score: float = 0
    description: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Preview:
    """What a file would do."""

    lines: list[Line]

    def __len__(self) -> int:
        return len(self.written)

    @property
    def written(self) -> list[Line]:
        """The lines that would change something."""
        return [line for line in self.lines if line.outcome in (Outcome.NEW, Outcome.CHANGED)]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many lines of each kind."""
        counted = Counter(line.outcome for line in self.lines)
        return [(str(outcome), counted[outcome]) for outcome in Outcome]

    @property
    def valid(self) -> bool:
        """Can it be written? One bad line stops all."""
        return all(line.outcome is not Outcome.INVALID for line in self.lines)

    @property
    def digest(self) -> str:
        """The same for two previews that say the same."""
        return sha256(repr(self.lines).encode()).hexdigest()


def decode(data: bytes) -> str:
    """The text of a file; BadFileError where it is none."""
    if len(data) > LARGEST_BYTES:
        raise BadFileError(f"The file is larger than {LARGEST_BYTES // 1024} KiB.")
    if data.startswith(b"PK"):
        raise BadFileError("This is a spreadsheet, not CSV: save it as “CSV UTF-8” first.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFileError(
            f"The file is not UTF-8 (byte {error.start + 1} does not fit): save it as “CSV UTF-8”."
        ) from error
    if "\0" in text:
        raise BadFileError("The file holds NUL characters: save it as “CSV UTF-8”.")
    return "\n".join(text.splitlines())


def preview(text: str) -> Preview:
    """Compare a file with what is stored; nothing is written."""
    stored = {industry_key(row.industry): row for row in IndustryBaseline.objects.all()}
    return Preview(list(_compared(text, stored)))


def write(text: str, expected: str, by: Who) -> int:
    """Write what the preview with this digest announced, all in one transaction; how many rows.

    Raises ChangedMeanwhileError when it would be something else by now.
    """
    try:
        with transaction.atomic():
            locked = IndustryBaseline.objects.order_by("pk").select_for_update()
            stored = {industry_key(row.industry): row for row in locked}
            plan = Preview(list(_compared(text, stored)))
            if not plan.valid or plan.digest != expected:
                raise ChangedMeanwhileError
            _write(plan, stored, by)
            return len(plan)
    except IntegrityError as error:
        raise ChangedMeanwhileError from error


def export() -> str:
    """All baselines; what a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in IndustryBaseline.objects.all():
        writer.writerow([marked(row.industry), repr(row.baseline_score), marked(row.description)])
    return out.getvalue()


def _write(plan: Preview, stored: dict[str, IndustryBaseline], by: Who) -> None:
    new: list[IndustryBaseline] = []
    changed: list[IndustryBaseline] = []
    changes: list[Change] = []
    now = timezone.now()
    for line in plan.lines:
        if line.outcome is Outcome.NEW:
            new.append(
                IndustryBaseline(
                    industry=line.industry,
                    baseline_score=line.score,
                    description=line.description or "",
                    updated_at=now,
                )
            )
        elif line.outcome is Outcome.CHANGED:
            row = stored[industry_key(line.industry)]
            before = values(row)
            row.baseline_score, row.updated_at = line.score, now
            row.description = row.description if line.description is None else line.description
            changed.append(row)
            changes.append(Change.edited(before, row))
    IndustryBaseline.objects.bulk_create(new)
    IndustryBaseline.objects.bulk_update(
        changed, ["baseline_score", "description", "updated_at"], batch_size=500
    )
    record(by, [*map(Change.added, new), *changes], "CSV import")
    # Rows written at once send no signals.
    version.bump()


def _compared(text: str, stored: dict[str, IndustryBaseline]) -> Iterator[Line]:
    """Each line of a file with what it would do."""
    delimiter = _delimiter(text)
    seen: dict[str, int] = {}
    for number, cells in _rows(text, delimiter):
        try:
            line = _line(number, cells, delimiter, stored)
            key = industry_key(line.industry)
            if key in seen:
                raise ValidationError(f"The same industry as in line {seen[key]}.")
            seen[key] = number
        except ValidationError as error:
            name = cells.get("industry", "")[:INDUSTRY_LENGTH]
            line = Line(number, Outcome.INVALID, name, text=" ".join(error.messages))
        yield line


def _line(
    number: int, cells: dict[str, str], delimiter: str, stored: dict[str, IndustryBaseline]
) -> Line:
    """One line, read and compared; ValidationError says what does not fit."""
    if not cells:
        raise ValidationError("Another number of values than the first line has names.")
    name = unmarked(cells["industry"].strip())
    if not name:
        raise ValidationError("The industry is empty.")
    if len(name) > INDUSTRY_LENGTH:
        raise ValidationError(f"The industry is longer than {INDUSTRY_LENGTH} characters.")
    score = _number(cells["baseline_score"], delimiter)
    validate_baseline(score)
    given = cells.get("description")
    description = None if given is None else unmarked(given.strip())
    row = stored.get(industry_key(name))
    if row is None:
        return Line(number, Outcome.NEW, trim_industry(name), score, description)
    said = [] if score == row.baseline_score else [f"{row.baseline_score:g} → {score:g}"]
    if description is not None and description != "\n".join(row.description.splitlines()):
        said.append("another description")
    outcome = Outcome.CHANGED if said else Outcome.UNCHANGED
    return Line(number, outcome, row.industry, score, description, ", ".join(said))


def _delimiter(text: str) -> str:
    """What stands between the names of the first line; BadFileError where they do not fit."""
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    names = _names(_reader(text, delimiter))
    missing = [name for name in NEEDED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if not first.strip():
        raise BadFileError(f"The file is empty. Its first line has the names {', '.join(COLUMNS)}.")
    if missing or unknown or len(set(names)) < len(names):
        raise BadFileError(
            f"The first line has the names {', '.join(names)[:200]}. It needs "
            f"{' and '.join(NEEDED)}, and may have description; no others, each once."
        )
    return delimiter


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each line that is not blank, and its values by name."""
    reader = _reader(text, delimiter)
    names = _names(reader)
    count = 0
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFileError(f"Line {number}: {error}.") from error
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise BadFileError(f"The file has more than {MOST_ROWS:,} lines.")
        yield number, (dict(zip(names, cells, strict=True)) if len(cells) == len(names) else {})


def _reader(text: str, delimiter: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _names(reader: Any) -> list[str]:
    """The names of the first line."""
    try:
        return [_name(cell) for cell in next(reader, [])]
    except csv.Error as error:
        raise BadFileError(f"Line 1: {error}.") from error


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip().lower().replace(" ", "_")


def _number(text: str, delimiter: str) -> float:
    """A number; with a decimal comma where values are not separated by it."""
    plain = text.strip()
    if delimiter != "," and "." not in plain:
        plain = plain.replace(",", ".")
    if not NUMBER.fullmatch(plain):
        raise ValidationError(f"{text.strip()[:40] or 'Nothing'} is no number such as 0.55.")
    return float(plain)
