"""`config/`: for staff alone."""
