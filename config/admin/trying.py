"""A connection, tried: one line for each thing that matters, also for what is not saved yet."""

from dataclasses import dataclass
from typing import Any

from django.forms import ModelForm

from config.attempts import IT_WORKS
from config.models import DatabaseConfig
from jobs.findings import Finding, Level
from jobs.source.inspection import inspect_source

SECONDS = 10
"""How long a test waits for each answer: somebody sits before it."""

LINES = {
    "source reachable": "Reachable",
    "source credentials": "Credentials",
    "source tables": "Tables",
    "source columns": "Columns",
    "source rights": "Rights",
    "source clock": "Clock",
    "source index": "Index on reported_at",
    "source reports": "Newest report",
}
ALWAYS = [name for name in LINES if name not in ("source rights", "source clock")]
"""What is said of every connection; the rest only where somebody should look at it."""

SIGNS = {Level.GOOD: "good", Level.DOUBTFUL: "doubtful", Level.BAD: "bad"}


@dataclass(frozen=True)
class Line:
    """One line of the answer. `sign` is good, doubtful, bad or unknown."""

    sign: str
    subject: str
    text: str


@dataclass(frozen=True)
class Trial:
    """What came of trying a connection."""

    name: str
    lines: list[Line]

    @property
    def works(self) -> bool:
        """Can it be read from?"""
        return all(line.sign in ("good", "doubtful") for line in self.lines)

    @property
    def outcome(self) -> str:
        """In a few words: what works, or what does not."""
        bad = [f"{line.subject}: {line.text}" for line in self.lines if line.sign == "bad"]
        return "; ".join(bad) or IT_WORKS


def try_connection(config: DatabaseConfig) -> Trial:
    """Try a connection as it stands."""
    findings = inspect_source(config, patience=SECONDS)
    lines = [_line(finding) for finding in findings]
    looked_at = {finding.subject for finding in findings}
    lines += [
        Line("unknown", LINES[name], "not looked at") for name in ALWAYS if name not in looked_at
    ]
    order = list(LINES.values())
    lines.sort(key=lambda line: order.index(line.subject) if line.subject in order else -1)
    return Trial(config.name or config.address, lines)


def refused(form: "ModelForm[Any]") -> Trial:
    """A form whose values cannot be tried."""
    lines = [
        Line("bad", str(form[name].label) if name in form.fields else "Not tried", str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]
    return Trial(form.data.get("name") or "this connection", lines)


def _line(finding: Finding) -> Line:
    return Line(SIGNS[finding.level], LINES.get(finding.subject, finding.subject), finding.text)
