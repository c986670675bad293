"""The composed letter: all its words and figures, free of any form."""
