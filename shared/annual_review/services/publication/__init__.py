"""What of a year the public may read."""
