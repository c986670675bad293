"""Commands on a whole year: close, re-issue, status, report."""
