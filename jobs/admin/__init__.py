"""The pipeline, as operators look after it."""

from jobs.admin.queues import QueuesAdmin
from jobs.admin.runs import PipelineRunAdmin
from jobs.admin.windows import WindowAdmin

__all__ = ["PipelineRunAdmin", "QueuesAdmin", "WindowAdmin"]
