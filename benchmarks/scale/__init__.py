"""What much larger numbers of customers need: costs measured here, arithmetic, a simulation."""
