"""What operators decide, edited."""

from config.admin.baselines import IndustryBaselineAdmin
from config.admin.changes import ChangesAdmin
from config.admin.databases import DatabaseConfigAdmin
from config.admin.profiles import ScoringProfileAdmin
from config.admin.sign_in import GuardedSignIn
from config.admin.tokens import ApiTokenAdmin

__all__ = [
    "ApiTokenAdmin",
    "ChangesAdmin",
    "DatabaseConfigAdmin",
    "GuardedSignIn",
    "IndustryBaselineAdmin",
    "ScoringProfileAdmin",
]
