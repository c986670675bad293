"""What the data team reads and changes: paragraphs, notes, differences."""
