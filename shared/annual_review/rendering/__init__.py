"""Letters in every form: composed once, printed as PDF, HTML, text and message."""
