"""Editions: what is particular to one year's letter, read and checked."""
