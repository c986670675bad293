"""A simulated reporting year: published figures met exactly, every single case invented.

`make_sample_year` first fixes the figures of every authority (`plan`), expands them into cases
(`cases`), gives some cases a past of corrections and withdrawals (`corrections`) and lets all that
casework ever wrote down arrive as events: twice, late and out of order (`arrivals`, `events`).
`make_up_year` does the same for a year of which nothing was published.
"""

from annual_review.sample_year.made_up import ModelYear, drifted_targets, make_up_year
from annual_review.sample_year.notes import write_notes
from annual_review.sample_year.recipients import (
    RECIPIENT_COLUMNS,
    recipients,
    write_recipients,
)
from annual_review.sample_year.sample import Expected, SampleYear, make_sample_year
from annual_review.sample_year.targets import (
    PublishedFigures,
    Targets,
    UnreachableTargetsError,
    read_published,
    read_targets,
)

__all__ = [
    "RECIPIENT_COLUMNS",
    "Expected",
    "ModelYear",
    "PublishedFigures",
    "SampleYear",
    "Targets",
    "UnreachableTargetsError",
    "drifted_targets",
    "make_sample_year",
    "make_up_year",
    "read_published",
    "read_targets",
    "recipients",
    "write_notes",
    "write_recipients",
]
