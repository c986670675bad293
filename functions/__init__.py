"""One folder per function, each with the handler that AWS Lambda calls."""

from annual_review.adapters.invocation.at_start import begin_start

begin_start()  # before anything else is imported
