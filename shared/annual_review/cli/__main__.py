"""`python -m annual_review.cli` is `annual-review`."""

from annual_review.cli.app import main

main()
