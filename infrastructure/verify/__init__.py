"""Verifying letters: the reference validator, and what validators don't look at."""
