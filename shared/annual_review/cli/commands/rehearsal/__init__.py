"""Commands that need no AWS: the sample year, figures, a rehearsal."""
