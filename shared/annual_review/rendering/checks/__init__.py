"""Checking an edition on every variant of its letters."""
