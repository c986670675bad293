"""A whole year in memory, from events to messages, and its folder."""
