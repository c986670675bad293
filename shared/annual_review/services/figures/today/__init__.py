"""A year as it stands now, beside what is frozen of it."""
