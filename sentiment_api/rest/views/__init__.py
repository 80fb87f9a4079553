"""What answers at the addresses."""
