"""What a desk knows of the letters of a year: their records, their pages, and which were read."""
