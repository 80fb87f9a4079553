"""What operators decide."""

from config.models.baseline import IndustryBaseline
from config.models.database import DatabaseConfig
from config.models.profile import BaseMethod, NormalisationMethod, ScoringProfile

__all__ = [
    "BaseMethod",
    "DatabaseConfig",
    "IndustryBaseline",
    "NormalisationMethod",
    "ScoringProfile",
]
