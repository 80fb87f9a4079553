"""What operators decide."""

from config.models.baseline import IndustryBaseline
from config.models.database import DatabaseConfig
from config.models.profile import BaseMethod, ScoringProfile

__all__ = ["BaseMethod", "DatabaseConfig", "IndustryBaseline", "ScoringProfile"]
