"""REST: what operators decide."""
