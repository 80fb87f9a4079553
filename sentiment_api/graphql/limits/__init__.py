"""What a request may cost. All of it is checked before anything is executed."""
