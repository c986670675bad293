"""The table: cases, letters, paragraphs, phases, repairs, the register."""
