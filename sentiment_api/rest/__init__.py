"""REST: what analysts and operators use."""
