"""One folder per function, each with the handler that AWS Lambda calls."""
