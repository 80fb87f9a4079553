"""How scores are computed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone


class BaseMethod(models.TextChoices):
    """The formula behind the base of a score."""

    SIMPLE_RATIO = "simple_ratio", "simple ratio"
    WEIGHTED_AVERAGE = "weighted_average", "weighted average"
    POOLED = "pooled", "pooled reports"


class NormalisationMethod(models.TextChoices):
    """How a score is set against the baseline of its industry."""

    LINEAR = "linear", "linear (ratio to the baseline)"
    LOGIT = "logit", "shift of the log-odds"


class ScoringProfile(models.Model):
    """One version of the rules of scoring. Never edited: saving a change makes a new version;
    making a version the active one is an act of its own. Score rows keep the version they used.
    """

    version = models.PositiveIntegerField(unique=True, editable=False)
    note = models.CharField(max_length=200, blank=True, default="", help_text="Why this version.")
    base_method = models.CharField(
        max_length=32, choices=BaseMethod, default=BaseMethod.WEIGHTED_AVERAGE
    )
    decay_factor = models.FloatField(
        default=0.9, help_text="Weight of a window against the one after it: above 0, up to 1."
    )
    history_windows = models.PositiveIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="How many windows with reports are looked back at, at most.",
    )
    max_age_hours = models.PositiveIntegerField(
        default=240,
        validators=[MinValueValidator(1), MaxValueValidator(8784)],
        help_text="How old a window may be to count, in hours.",
    )
    fn_weight = models.FloatField(
        "FN weight",
        default=0,
        help_text="What a missed attack (FN) costs: 0 to 1; 0 in the standard formula.",
    )
    fp_weight = models.FloatField(
        "FP weight",
        default=1,
        help_text="What a blocked good mail (FP) costs: 0 to 1; 1 in the standard one.",
    )
    industry_shrinkage = models.BooleanField(
        default=False,
        help_text="Draw the base towards the mean of the industry, the more the fewer the reports.",
    )
    industry_moments = models.JSONField(
        default=dict,
        editable=False,
        help_text="By industry, as they were when this version was made: mean and strength of its "
        "customers' shares of FN. Empty without shrinkage.",
    )
    trend_adjusted = models.BooleanField(default=False)
    trend_weight = models.FloatField(default=0.2, help_text="0 to 1.")
    industry_normalized = models.BooleanField(default=True)
    normalisation_method = models.CharField(
        max_length=16, choices=NormalisationMethod, default=NormalisationMethod.LINEAR
    )
    min_evidence = models.FloatField(
        default=5, help_text="Scores that rest on fewer reports are called insufficient."
    )
    attention_below = models.FloatField(default=0.4)
    healthy_above = models.FloatField(default=0.7)
    is_active = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    activated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="profile_one_active"
            ),
            models.CheckConstraint(
                condition=Q(decay_factor__gt=0, decay_factor__lte=1),
                name="profile_decay_in_range",
                violation_error_message="The decay factor lies above 0 and not above 1.",
            ),
            models.CheckConstraint(
                condition=Q(fn_weight__gte=0, fn_weight__lte=1)
                & Q(fp_weight__gte=0, fp_weight__lte=1),
                name="profile_errors_in_range",
                violation_error_message="The weights of FN and FP lie between 0 and 1.",
            ),
            models.CheckConstraint(
                condition=~Q(fn_weight=F("fp_weight")),
                name="profile_errors_differ",
                violation_error_message="The weights of FN and FP differ: with equal ones every "
                "score is the same, whatever is reported.",
            ),
            models.CheckConstraint(
                condition=Q(trend_weight__gte=0, trend_weight__lte=1),
                name="profile_trend_in_range",
                violation_error_message="The trend weight lies between 0 and 1.",
            ),
            models.CheckConstraint(
                condition=Q(history_windows__gte=1, max_age_hours__gte=1, min_evidence__gte=0),
                name="profile_history_in_range",
                violation_error_message="History and age are at least 1, evidence at least 0.",
            ),
            models.CheckConstraint(
                condition=Q(
                    attention_below__gte=0,
                    attention_below__lte=F("healthy_above"),
                    healthy_above__lte=1,
                ),
                name="profile_levels_in_range",
                violation_error_message="0 <= attention below <= healthy above <= 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}{' (active)' if self.is_active else ''}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version; a stored one is refused, as score rows refer to it."""
        if not self._state.adding:
            raise ValidationError("A profile is never edited: make a new version.")
        with transaction.atomic():
            _lock_versions()
            newest = ScoringProfile.objects.aggregate(newest=Max("version"))["newest"]
            self.version = (newest or 0) + 1
            super().save(*args, **kwargs)

    @property
    def reach_hours(self) -> int:
        """How many hours after a window its counts still count."""
        return self.max_age_hours * (2 if self.trend_adjusted else 1)

    @classmethod
    def active(cls) -> "ScoringProfile":
        """The version that is used now; the first, with the defaults, comes with migration."""
        return cls.objects.get(is_active=True)

    @classmethod
    def reach_of_all(cls) -> int:
        """The longest reach of any version that was ever active, in hours.

        Rows computed under an older version still depend on counts by its rules.
        """
        used = cls.objects.exclude(activated_at=None)
        return max((profile.reach_hours for profile in used), default=0)

    def moments_by_key(self) -> dict[str, tuple[float, float]]:
        """Mean and strength (in reports) towards which bases are drawn, by the key of the
        industry; empty without shrinkage."""
        if not self.industry_shrinkage:
            return {}
        return {key: (one["mean"], one["strength"]) for key, one in self.industry_moments.items()}

    @property
    def windows_behind(self) -> int:
        """How many later windows with reports rest on the counts of one."""
        return self.history_windows - 1 + self.trend_adjusted

    @classmethod
    def windows_behind_of_all(cls) -> int:
        """The most of any version that was ever active; see `reach_of_all`."""
        used = cls.objects.exclude(activated_at=None)
        return max((profile.windows_behind for profile in used), default=0)

    def activate(self) -> None:
        """Use this version for all scores computed from now on."""
        with transaction.atomic():
            _lock_versions()
            ScoringProfile.objects.filter(is_active=True).update(is_active=False)
            ScoringProfile.objects.filter(pk=self.pk).update(
                is_active=True, activated_at=timezone.now()
            )
        self.refresh_from_db()


def _lock_versions() -> None:
    """One change of the versions at a time."""
    list(ScoringProfile.objects.order_by("pk").select_for_update().values_list("pk"))
