"""What the pipeline knows of itself: windows, what is owed, and runs."""

from jobs.models.owed_score import OwedScore
from jobs.models.part import RunPart, Work
from jobs.models.run import PipelineRun, Reprocess, RunStatus, Trigger
from jobs.models.window import Window

__all__ = [
    "OwedScore",
    "PipelineRun",
    "Reprocess",
    "RunPart",
    "RunStatus",
    "Trigger",
    "Window",
    "Work",
]
