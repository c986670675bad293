"""Running text and its parts: Markdown, placeholders, names, wording."""
