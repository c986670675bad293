"""Commands on letters on their way: prepare, approve, release, settle."""
