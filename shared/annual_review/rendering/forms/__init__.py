"""The forms of a letter: PDF, HTML, text, case list, message."""
