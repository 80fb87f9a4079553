"""What operators decide, edited."""

from config.admin.baselines import IndustryBaselineAdmin
from config.admin.changes import ChangesAdmin
from config.admin.databases import DatabaseConfigAdmin
from config.admin.profiles import ScoringProfileAdmin

__all__ = ["ChangesAdmin", "DatabaseConfigAdmin", "IndustryBaselineAdmin", "ScoringProfileAdmin"]
