"""Why a score is what it is: the arithmetic that gives it, from the counts it was made of."""

from jobs.explanation.explain import explain
from jobs.explanation.parts import CountedWindow, Explanation, Normalisation, Shrinkage, Trend

__all__ = ["CountedWindow", "Explanation", "Normalisation", "Shrinkage", "Trend", "explain"]
