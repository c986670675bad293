"""What people are shown, the same in a terminal and in a browser: rows, sentences and names."""
