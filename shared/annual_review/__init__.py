"""Annual review letters: exact figures of complaint decisions, and the letters that print them."""
