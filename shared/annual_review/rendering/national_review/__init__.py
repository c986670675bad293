"""The national review: what a whole year says of complaints about all authorities together."""
