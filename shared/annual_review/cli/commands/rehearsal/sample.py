"""`annual-review sample`: a simulated year to try the other commands on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annual_review import console
from annual_review.cli.commands.rehearsal.figures import Year
from annual_review.cli.file_options import INPUT, tell_how_read


def sample(
    year: Year,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write the sample to.")],
    authorities: Annotated[
        Path | None,
        typer.Option(**INPUT, help="Register as CSV; that of the year if left out (2017 to 2026)."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed makes another year.")] = 2020,
    malformed: Annotated[int, typer.Option(min=0, help="How many malformed events to add.")] = 0,
) -> None:
    """Write a simulated year to try the other commands on: register, recipients, events.

    2020 is in shape and size like 2019-20: published figures of that year are met exactly, all else
    is invented. Any other year is made up altogether: it drifts from 2020 by the seed, with the
    authorities that there were. Writes OUT/authorities.csv, recipients.csv, notes.csv, events.jsonl
    and, where the year is made up, made-up.txt, which says so.
    """
    from annual_review.adapters.files.register_files import read_register
    from annual_review.rehearsal.sample_inputs import (
        FIRST,
        LAST,
        has_facts,
        made_up_notice,
        register_csv,
        sample_register,
        sample_year,
    )
    from annual_review.sample_year import (
        UnreachableTargetsError,
        write_notes,
        write_recipients,
    )

    if authorities is None and not FIRST <= year <= LAST:
        raise console.CommandError(
            f"the authorities of {year} are not known here",
            f"Simulate a year from {FIRST} to {LAST}, or name a register with --authorities.",
        )
    register = read_register(authorities, tell_how_read) if authorities else sample_register(year)
    try:
        with console.progress("Simulating the year", 1) as step:
            made = sample_year(register, year, seed).with_malformed(malformed)
            step(1, 1)
    except UnreachableTargetsError as error:
        raise console.CommandError(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    content = authorities.read_bytes() if authorities else register_csv(year)
    (out / "authorities.csv").write_bytes(content)
    write_recipients(register, out / "recipients.csv")
    write_notes(register, out / "notes.csv")
    made.write_events(out / "events.jsonl")
    said = out / "made-up.txt"
    said.unlink(missing_ok=True)
    if not has_facts(year):
        said.write_text(made_up_notice(year, seed), encoding="utf-8")
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
    if not has_facts(year):
        console.out.print(f"\nThe year {year} is made up: see made-up.txt.", markup=False)
    console.out.print(f"\nWritten to {out}", markup=False)
