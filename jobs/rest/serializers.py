"""How the pipeline is, as it is answered."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from jobs.health import Level
from jobs.models import PipelineRun, RunStatus

LEVELS = [level.value for level in Level]
ALIVE = [Level.HEALTHY.value]
FOR_STAFF = "For staff."


class ServiceSerializer(serializers.Serializer[Any]):
    """One part."""

    status = serializers.ChoiceField(choices=LEVELS)
    message = serializers.CharField(help_text="What is known, in words.")
    detail = serializers.CharField(required=False, help_text=f"More of it. {FOR_STAFF}")


class ServicesSerializer(serializers.Serializer[Any]):
    """All parts."""

    database = ServiceSerializer(
        help_text="Down or not migrated: unhealthy. Little room left: degraded."
    )
    redis = ServiceSerializer(help_text="Down: unhealthy.")
    source_database = ServiceSerializer(help_text="The vendor's database. Down: degraded.")
    web = ServiceSerializer(help_text="The process that answers.")
    worker = ServiceSerializer(help_text="None takes the hourly jobs: degraded.")
    scheduler = ServiceSerializer(help_text="None runs, or schedules are missing: degraded.")
    data_freshness = ServiceSerializer(help_text="Older than the objective: degraded.")


class HealthSerializer(serializers.Serializer[Any]):
    """The worst of all parts."""

    status = serializers.ChoiceField(choices=LEVELS, help_text="That of the worst part.")
    timestamp = serializers.DateTimeField()
    services = ServicesSerializer()


class LiveSerializer(serializers.Serializer[Any]):
    """This process answers."""

    status = serializers.ChoiceField(choices=ALIVE)


class FreshnessSerializer(serializers.Serializer[Any]):
    """How fresh the data are."""

    newest_covered_window = serializers.DateTimeField(
        allow_null=True, help_text="The end of the newest window that was read."
    )
    newest_complete_window = serializers.DateTimeField(
        allow_null=True, help_text="The end of the newest window that owes nothing."
    )
    age_seconds = serializers.IntegerField(
        allow_null=True,
        min_value=0,
        source="age",
        help_text="The time since the end of the newest covered window.",
    )
    objective_seconds = serializers.IntegerField(min_value=0, source="objective")
    met = serializers.BooleanField(help_text="Is the age within the objective?")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Seconds instead of durations."""
        return {
            "newest_covered_window": instance.newest_covered_window,
            "newest_complete_window": instance.newest_complete_window,
            "age_seconds": None if instance.age is None else int(instance.age.total_seconds()),
            "objective_seconds": int(instance.objective.total_seconds()),
            "met": instance.met,
        }


class RunSerializer(serializers.ModelSerializer[PipelineRun]):
    """A run of the pipeline."""

    state = serializers.ChoiceField(
        choices=RunStatus.choices, read_only=True, help_text="`lost`: shows no progress any more."
    )

    class Meta:
        model = PipelineRun
        fields: ClassVar = [
            "run_id",
            "trigger",
            "state",
            "range_start",
            "range_end",
            "windows_planned",
            "windows_done",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields


class WarningSerializer(serializers.Serializer[Any]):
    """Something that did not stop a run."""

    what = serializers.CharField()
    count = serializers.IntegerField(min_value=0)


@extend_schema_serializer(component_name="Run")
class StaffRunSerializer(RunSerializer):
    """With what went wrong, for staff."""

    error = serializers.CharField(required=False, help_text=FOR_STAFF)
    warnings = WarningSerializer(many=True, required=False, help_text=FOR_STAFF)
    rows_read = serializers.IntegerField(required=False, help_text=FOR_STAFF)
    rows_written = serializers.IntegerField(required=False, help_text=FOR_STAFF)
    rows_rejected = serializers.IntegerField(required=False, help_text=FOR_STAFF)

    class Meta(RunSerializer.Meta):
        fields: ClassVar = [
            *RunSerializer.Meta.fields,
            "error",
            "warnings",
            "rows_read",
            "rows_written",
            "rows_rejected",
        ]


class OwedSerializer(serializers.Serializer[Any]):
    """What is still to be computed."""

    scores = serializers.IntegerField(min_value=0)
    windows = serializers.IntegerField(min_value=0)


class QueueSerializer(serializers.Serializer[Any]):
    """How many jobs a queue has."""

    name = serializers.CharField()
    waiting = serializers.IntegerField(min_value=0)
    running = serializers.IntegerField(min_value=0)
    scheduled = serializers.IntegerField(min_value=0, help_text="Tried again later.")
    deferred = serializers.IntegerField(min_value=0, help_text="Waiting for the step before.")
    failed = serializers.IntegerField(min_value=0)


class ScheduleSerializer(serializers.Serializer[Any]):
    """When something happens by itself."""

    name = serializers.CharField()
    cron = serializers.CharField(help_text="In UTC.")
    next_time = serializers.DateTimeField()


class GapSerializer(serializers.Serializer[Any]):
    """Windows that were never read."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class StatusSerializer(serializers.Serializer[Any]):
    """How the pipeline is doing."""

    state = serializers.ChoiceField(
        choices=LEVELS,
        help_text="That of the worst part: Redis, worker, scheduler, source, data, and the newest "
        "run that has ended: `degraded` when it failed or was lost.",
    )
    timestamp = serializers.DateTimeField()
    freshness = FreshnessSerializer()
    roles = serializers.DictField(
        child=serializers.ChoiceField(choices=LEVELS), help_text="web, worker, scheduler"
    )
    source_database = serializers.ChoiceField(choices=LEVELS, help_text="Can it be read?")
    owed = OwedSerializer()
    recent = serializers.DictField(
        child=serializers.IntegerField(min_value=1),
        help_text="How many runs of the last 24 hours are in which state. A backfill refused for "
        "its arguments is no run of the pipeline.",
    )
    runs = StaffRunSerializer(many=True, help_text="The last ten, newest first.")
    gaps = GapSerializer(many=True, help_text="Between the first covered window and now.")
    queues = QueueSerializer(
        many=True, required=False, allow_null=True, help_text=f"Null: no Redis. {FOR_STAFF}"
    )
    schedules = ScheduleSerializer(
        many=True, required=False, allow_null=True, help_text=f"Null: no Redis. {FOR_STAFF}"
    )
