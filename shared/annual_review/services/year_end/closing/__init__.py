"""Whether a year may be closed: its figures examined, and its volume beside the year before."""
