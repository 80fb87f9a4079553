"""What operators decide, edited."""

from config.admin.baselines import IndustryBaselineAdmin
from config.admin.databases import DatabaseConfigAdmin
from config.admin.profiles import ScoringProfileAdmin

__all__ = ["DatabaseConfigAdmin", "IndustryBaselineAdmin", "ScoringProfileAdmin"]
