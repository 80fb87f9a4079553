"""The arithmetic of a score, from nothing but its explanation as it is answered over REST. It
shares no code with the product: who reads the documentation of the API can write it."""

from math import sqrt
from typing import Any

Z = 1.6449


def recomputed(why: dict[str, Any]) -> dict[str, float]:
    """The numbers of a score row."""
    rules, windows = why["profile"], why["windows"]
    ratios = [
        1 - (rules["fn_weight"] * w["fn_count"] + rules["fp_weight"] * w["fp_count"]) / reports(w)
        for w in windows
    ]
    weights = [_weight(rules, window, place) for place, window in enumerate(windows)]
    total = sum(weights)
    own = sum(w * r for w, r in zip(weights, ratios, strict=True)) / total
    evidence = total**2 / sum(
        w**2 / reports(window) for w, window in zip(weights, windows, strict=True)
    )
    base, support = own, evidence
    if towards := why["shrinkage"]:
        support = evidence + towards["strength"]
        base = (evidence * own + towards["strength"] * towards["mean"]) / support
    low, high = _wilson(base, support, rules)
    trend = why["trend"]
    shift = (base - trend["previous"]) * trend["weight"] if trend else 0.0
    raw, low, high = (min(1.0, max(0.0, value + shift)) for value in (base, low, high))
    score, low, high = (_normalised(value, why["normalisation"]) for value in (raw, low, high))
    return {
        "raw_score": raw,
        "sentiment_score": score,
        "score_low": low,
        "score_high": high,
        "evidence": evidence,
    }


def reports(window: dict[str, Any]) -> int:
    """All reports of a window."""
    number: int = window["fn_count"] + window["fp_count"]
    return number


def _weight(rules: dict[str, Any], window: dict[str, Any], place: int) -> float:
    weight: float = rules["decay_factor"] ** place
    return weight * reports(window) if rules["base_method"] == "pooled" else weight


def _wilson(base: float, n: float, rules: dict[str, Any]) -> tuple[float, float]:
    """Wilson's interval of the share of FN that the base stands for, as scores."""
    slope = rules["fp_weight"] - rules["fn_weight"]
    share = (base - 1 + rules["fp_weight"]) / slope
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    spread = max(0.0, share * (1 - share) / n) + Z * Z / (4 * n * n)
    half = Z * sqrt(spread) / (1 + Z * Z / n)
    bounds = [min(1.0, max(0.0, bound)) for bound in (middle - half, middle + half)]
    low, high = sorted(1 - rules["fp_weight"] + slope * bound for bound in bounds)
    return low, high


def _normalised(value: float, by: dict[str, Any] | None) -> float:
    if by is None:
        return value
    baseline: float = by["baseline"]
    if by["method"] == "linear":
        return min(1.0, max(0.0, 0.5 + (value / baseline - 1) * 0.5))
    baseline = min(0.999, max(0.001, baseline))
    return value * (1 - baseline) / (value * (1 - baseline) + baseline * (1 - value))
