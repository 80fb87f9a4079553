"""Both APIs, side by side with what a user would take instead."""
