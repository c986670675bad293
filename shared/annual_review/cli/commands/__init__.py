"""The commands, by stage of the year."""
