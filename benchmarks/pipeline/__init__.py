"""The pipeline, side by side with other ways of filling the same tables."""
