"""Texts in files that are opened by spreadsheets."""

import re

FORMULA = re.compile(r"'*\s*[=+\-@]|'*[\t\r]")
"""What a spreadsheet would compute, or has been kept from it already."""


def marked(text: str) -> str:
    """A text, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unmarked(text: str) -> str:
    """Without the apostrophe that `marked` sets."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
