"""What runs, probes and looks after the service from outside."""
