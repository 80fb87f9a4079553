"""What the pipeline knows of itself: windows and runs."""

from jobs.models.run import PipelineRun, Reprocess, RunStatus, Trigger
from jobs.models.window import Window

__all__ = ["PipelineRun", "Reprocess", "RunStatus", "Trigger", "Window"]
