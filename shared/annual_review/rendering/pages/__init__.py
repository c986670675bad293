"""Pages that the data team opens in a browser: the review, the report."""
