"""What the pipeline knows of itself: windows and runs."""

from jobs.models.part import RunPart, Work
from jobs.models.run import PipelineRun, Reprocess, RunStatus, Trigger
from jobs.models.window import Window

__all__ = ["PipelineRun", "Reprocess", "RunPart", "RunStatus", "Trigger", "Window", "Work"]
