"""Commands that make what the public reads."""
