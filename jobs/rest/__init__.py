"""REST: how the pipeline is."""
