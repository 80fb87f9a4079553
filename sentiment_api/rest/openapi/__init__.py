"""The contract of REST, made from the code."""
