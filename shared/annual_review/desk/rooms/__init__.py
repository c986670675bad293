"""The rooms of the desk: what each shows, and what can be done in it."""
