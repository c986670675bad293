"""Files that a site is made from, and the site as files."""
