"""Commands on letters before they go out: editions, notes, previews, reviews."""
