"""Letters, their recipients and their words: planned, prepared, taken back."""
