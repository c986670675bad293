"""Files that people hand in or take away: register, notes, events, reviews."""
