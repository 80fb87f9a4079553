"""What is normal in an industry."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from config.industries import industry_key, trim_industry


def validate_baseline(value: float) -> None:
    """A baseline lies in (0, 1]."""
    if not 0 < value <= 1:
        raise ValidationError(f"A baseline lies above 0 and not above 1; {value} does not.")


class BaselineManager(models.Manager["IndustryBaseline"]):
    """Finds a baseline by its industry, so that fixtures need no keys."""

    def get_by_natural_key(self, industry: str) -> "IndustryBaseline":
        return self.get(industry__iexact=industry)


class IndustryBaseline(models.Model):
    """The raw score that is normal in an industry: a customer at its baseline is shown as 0.5.

    A new or changed baseline changes no existing score; scores computed from then on use it.
    """

    industry = models.CharField(max_length=100)
    baseline_score = models.FloatField(
        validators=[validate_baseline], help_text="Above 0, not above 1."
    )
    description = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BaselineManager()

    class Meta:
        ordering = ["industry"]
        constraints = [
            models.UniqueConstraint(
                Lower("industry"),
                name="baseline_industry_unique",
                violation_error_message="This industry has a baseline already.",
            ),
            models.CheckConstraint(
                condition=Q(baseline_score__gt=0) & Q(baseline_score__lte=1),
                name="baseline_in_range",
                violation_error_message="A baseline lies above 0 and not above 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.industry}: {self.baseline_score:g}"

    def natural_key(self) -> tuple[str]:
        """What a fixture knows this row by."""
        return (self.industry,)

    def clean(self) -> None:
        """Trim the name and refuse one that differs from another only in case."""
        self.industry = trim_industry(self.industry)
        key = industry_key(self.industry)
        others = IndustryBaseline.objects.exclude(pk=self.pk).values_list("industry", flat=True)
        if key in map(industry_key, others):
            raise ValidationError({"industry": "This industry has a baseline already."})

    @classmethod
    def by_key(cls) -> dict[str, float]:
        """The baselines by the comparison key of their industry."""
        rows = cls.objects.values_list("industry", "baseline_score")
        return {industry_key(industry): score for industry, score in rows}
