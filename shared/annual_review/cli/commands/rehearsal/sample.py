"""`annual-review sample`: a simulated year to try the other commands on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from annual_review import console
from annual_review.cli.commands.rehearsal.figures import Year
from annual_review.cli.file_options import INPUT, Out, tell_how_read


def sample(
    year: Year,
    out: Out,
    authorities: Annotated[
        Path | None, typer.Option(**INPUT, help="Register as CSV; the one of 2020 if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed makes another year.")] = 2020,
    malformed: Annotated[int, typer.Option(min=0, help="How many malformed events to add.")] = 0,
) -> None:
    """Write a simulated year to try the other commands on: register, recipients, events.

    In shape and size like 2019-20. Published figures of that year are met exactly; all else is
    invented. Writes OUT/authorities.csv, recipients.csv, notes.csv and events.jsonl.
    """
    from annual_review.adapters.files.register_files import read_register
    from annual_review.rehearsal.sample_inputs import REGISTER, SAMPLE_YEARS
    from annual_review.sample_year import (
        UnreachableTargetsError,
        make_sample_year,
        read_published,
        read_targets,
        write_notes,
        write_recipients,
    )

    facts = SAMPLE_YEARS / str(year)
    if not facts.is_dir():
        raise console.CommandError(
            f"no facts to simulate {year} by: {facts} is missing",
            "Simulate 2020, or write published.csv and targets.toml for another year there.",
        )
    of = authorities or REGISTER
    register = read_register(of, tell_how_read)
    try:
        with console.progress("Simulating the year", 1) as step:
            made = make_sample_year(
                register,
                year,
                read_published(facts / "published.csv"),
                read_targets(facts / "targets.toml"),
                seed,
            ).with_malformed(malformed)
            step(1, 1)
    except UnreachableTargetsError as error:
        raise console.CommandError(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(of, out / "authorities.csv")
    write_recipients(register, out / "recipients.csv")
    write_notes(register, out / "notes.csv")
    made.write_events(out / "events.jsonl")
    expected = made.expected
    console.show_table(
        f"A simulated year {year} (seed {seed})",
        [
            ("Events", expected.events),
            ("Corrections", expected.corrections),
            ("Withdrawals", expected.withdrawals),
            ("Duplicates", expected.duplicates),
            ("Malformed", expected.malformed),
        ],
    )
    console.out.print(f"\nWritten to {out}", markup=False)
