"""`annual-review sample`: a simulated year to try the other commands on."""

from __future__ import annotations

import shutil
from pathlib import Path

from annual_review.adapters.files.register_files import read_register
from annual_review.console import CommandError, Exit, out, progress, show_table
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.sample_inputs import SAMPLE_YEARS
from annual_review.sample_year import (
    UnreachableTargetsError,
    make_sample_year,
    read_published,
    read_targets,
    write_notes,
    write_recipients,
)


def make_sample(
    year: ReportingYear, authorities: Path, into: Path, seed: int, malformed: int
) -> Exit:
    """Write the register, recipients, notes and events of a simulated year, each as a file.

    Raises:
        CommandError: There is nothing to simulate this year by, or its figures can't be met.
        InputFileError: The register can't be taken.
        OSError: A file can't be read or written.
    """
    facts = SAMPLE_YEARS / str(year)
    if not facts.is_dir():
        raise CommandError(
            f"no facts to simulate {year} by: {facts} is missing",
            "Simulate 2020, or write published.csv and targets.toml for another year there.",
        )
    register = read_register(authorities)
    try:
        with progress("Simulating the year", 1) as step:
            sample = make_sample_year(
                register,
                year,
                read_published(facts / "published.csv"),
                read_targets(facts / "targets.toml"),
                seed,
            ).with_malformed(malformed)
            step(1, 1)
    except UnreachableTargetsError as error:
        raise CommandError(str(error)) from error
    into.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(authorities, into / "authorities.csv")
    write_recipients(register, into / "recipients.csv")
    write_notes(register, into / "notes.csv")
    sample.write_events(into / "events.jsonl")
    expected = sample.expected
    show_table(
        f"A simulated year {year} (seed {seed})",
        [
            ("Events", expected.events),
            ("Corrections", expected.corrections),
            ("Withdrawals", expected.withdrawals),
            ("Duplicates", expected.duplicates),
            ("Malformed", expected.malformed),
        ],
    )
    out.print(f"\nWritten to {into}", markup=False)
    return Exit.DONE
