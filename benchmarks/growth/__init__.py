"""How time, memory and room grow with the number of customers, windows and rows."""
