"""How names of industries are read: trimmed, compared without case, never empty."""

UNKNOWN_INDUSTRY = "Unknown"
INDUSTRY_LENGTH = 100


def trim_industry(name: str | None) -> str:
    """The name without blanks around it; "Unknown" for null or blank."""
    return (name or "").strip()[:INDUSTRY_LENGTH].rstrip() or UNKNOWN_INDUSTRY


def industry_key(name: str | None) -> str:
    """What two spellings of one industry have in common."""
    return trim_industry(name).casefold()
