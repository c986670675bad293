"""The year end as a whole: closed, re-issued, watched, and what to do next."""
