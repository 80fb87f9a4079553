"""What is normal in each industry, edited."""

from django.contrib import admin

from config.admin.recorded import RecordedAdmin
from config.models import IndustryBaseline


@admin.register(IndustryBaseline)
class IndustryBaselineAdmin(RecordedAdmin):
    """What is normal in each industry."""

    list_display = ("industry", "baseline_score", "description", "updated_at")
    list_editable = ("baseline_score",)
    search_fields = ("industry",)
