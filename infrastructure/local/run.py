"""`make run`: a whole simulated year end on this machine, through the parts that are deployed.

It starts local AWS and a mail server, deploys the real template, publishes a simulated year on the
event bus, closes the year, prepares and releases the letters, and waits until every one of them is
delivered. Its mail can be looked at in a browser meanwhile. Then everything is stopped again, or
stays until Ctrl-C for those who ask for it; what it made stays in a folder.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.register_files import read_recipients, read_register
from annual_review.adapters.files.rehearsal_folder import write_records
from annual_review.console import err, out, show_list, show_table
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.letters import LetterState
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally, TallyKey
from annual_review.rehearsal.preview_inputs import write_inputs
from annual_review.rehearsal.sample_inputs import REGISTER, SAMPLE_YEARS, SEED
from annual_review.sample_year import (
    SampleYear,
    make_sample_year,
    read_published,
    read_targets,
    write_recipients,
)
from annual_review.services.dispatch.mail_mode import MailMode
from infrastructure.local.deploy import DeploymentError
from infrastructure.local.emulator import EmulatorError
from infrastructure.local.packaging import PackagingError
from infrastructure.local.processes import exits_on_termination
from infrastructure.local.project import ROOT
from infrastructure.local.run_folder import FolderInUseError, run_folder
from infrastructure.local.simulator import with_simulated_fates
from infrastructure.local.stages import Stages, calls_served
from infrastructure.local.staying import environment_file, until_interrupted
from infrastructure.local.system import LocalSystem, local_system
from infrastructure.local.year_end import YearEnd, YearEndError

YEAR: Final = ReportingYear(2020)
_ACCEPTANCE_CASE: Final = AuthorityCode("E07000075")
_RECIPIENTS: Final = "recipients.csv"
_FAILED: Final = 1


class InexactError(Exception):
    """The figures of the deployed system are not those of the simulated year."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the year end and say what came of it."""
    options = _options(arguments)
    # The outbox holds letters, and local.env the key of this run: both are for this user alone.
    os.umask(0o077)
    try:
        with exits_on_termination(), contextlib.ExitStack() as stack:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="annual-review-")))
            _run(options, work)
    except (
        DeploymentError,
        EmulatorError,
        FolderInUseError,
        InexactError,
        InputFileError,
        PackagingError,
        YearEndError,
    ) as error:
        err.print(f"error: {error}", style="red", markup=False)
        sys.exit(_FAILED)
    except OSError as error:
        why = f"{error.filename or 'a file'}: {error.strerror or error}"
        err.print(f"error: {why}", style="red", markup=False)
        sys.exit(_FAILED)
    except KeyboardInterrupt:
        err.print("\nstopped; nothing is left running", style="yellow")
        sys.exit(130)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "out", help="folder to write to (default: out)"
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another seed makes another year (default: 2020)"
    )
    parser.add_argument(
        "--simulator",
        action="store_true",
        help="some recipients bounce, complain, are suppressed, away or slow, as SES simulates it",
    )
    parser.add_argument(
        "--mail",
        type=MailMode,
        choices=list(MailMode),
        default=MailMode.LIVE,
        help="where letters go: live to their recipients (none is real), divert to the test"
        " mailbox, off nowhere (default: live)",
    )
    parser.add_argument(
        "--stay",
        action="store_true",
        help="keep the system up at the end, until Ctrl-C, to look at the mail and try commands",
    )
    parser.add_argument(
        "--approval",
        action="store_true",
        help="stop when the letters are prepared: you read, approve and release them (with --stay)",
    )
    options = parser.parse_args(arguments)
    if options.approval and not options.stay:
        parser.error("--approval leaves letters for you to release: give --stay too")
    return options


def _run(options: argparse.Namespace, work: Path) -> None:
    with run_folder(options.out / str(YEAR)) as folder:
        _run_in(folder, options, work)


def _run_in(folder: Path, options: argparse.Namespace, work: Path) -> None:
    started, stages = time.monotonic(), Stages()
    sample = _sample_year(options.seed, stages)
    register, recipients = _register(work)
    fates: Mapping[AuthorityCode, str] = {}
    if options.simulator:
        recipients, fates = with_simulated_fates(recipients, register, YEAR)
    with _system(work, folder / "outbox", options, stages) as system:
        year_end = YearEnd(system, YEAR)
        with stages.stage("Loading the register", 1) as step:
            year_end.load_register(register, recipients)
            step(1, 1)
        _play_until_prepared(year_end, sample, stages)
        if not options.approval:
            _send(year_end, options.mail, stages)
        check_tallies(sample.expected.tallies, year_end.tallies(sample.expected.tallies))
        with stages.stage("Collecting letters") as step:
            year_end.export(folder, step)
            write_records(folder, year_end.records())
        write_inputs(folder, REGISTER, work / _RECIPIENTS, is_sample=True)
        stages.write(folder)
        rows = [*_rows(year_end, sample), ("Seconds", f"{time.monotonic() - started:.0f}")]
        show_table(f"Year end {YEAR}, simulated (seed {options.seed})", rows)
        _show_fates(year_end, fates)
        out.print(f"\nFigures:           {_from_here(folder / 'figures.csv')}", markup=False)
        out.print(f"Messages:          {_from_here(folder / 'outbox')}", markup=False)
        out.print(f"A letter to open:  {_from_here(_letter_to_open(folder))}", markup=False)
        if options.stay:
            _stay(system, folder, _commands_to_try(folder, is_approval_left=options.approval))


def _rows(year_end: YearEnd, sample: SampleYear) -> list[tuple[str, object]]:
    """Return what is told of a run, in names and numbers."""
    recorded, letters = year_end.recorded(), year_end.letters()
    states = Counter(letter.state for letter in letters)
    rows: list[tuple[str, object]] = [
        ("Decisions in", len(sample.events)),
        ("  recorded", recorded["recorded"]),
        ("  duplicates", recorded["duplicate"]),
        ("  superseded versions", recorded["stale"]),
        ("  rejected", recorded["rejected"]),
        ("Tallies checked against the cases", len(sample.expected.tallies)),
        ("Letters prepared", sum(letter.message_sha256 is not None for letter in letters)),
        ("Letters sent", year_end.system.mailbox.accepted),
        ("Letters delivered", states.pop(LetterState.DELIVERED, 0)),
    ]
    rows += [(f"Letters {state.value}", number) for state, number in states.items()]
    return [*rows, ("The year is", year_end.watch())]


def _show_fates(year_end: YearEnd, fates: Mapping[AuthorityCode, str]) -> None:
    """Print what became of the letters whose recipients are the simulator's."""
    letters = {each.id.authority: each for each in year_end.letters()}
    rows = [
        (code, fate, letters[code].state.value, letters[code].history[-1].why)
        for code, fate in fates.items()
        if code in letters
    ]
    if rows:
        out.print()
        show_list("At the simulator", ("authority", "recipient", "letter", "why"), rows)


def _commands_to_try(folder: Path, *, is_approval_left: bool) -> Sequence[str]:
    if not is_approval_left:
        return [f"status {YEAR}", "recipients check"]
    here = _from_here(folder)
    return [
        f"review {YEAR} --out {here.parent}",
        f"approve {YEAR} --read {here / 'review' / 'review.json'}",
        f"release {YEAR}",
    ]


def _stay(system: LocalSystem, folder: Path, commands: Sequence[str]) -> None:
    """Keep the system up until Ctrl-C, and say how to use it meanwhile."""
    with environment_file(system.aws, system.mailbox.endpoint, folder / "local.env") as path:
        out.print(f"\nThe system stays up. Its mail: {system.mailbox.endpoint}/", markup=False)
        out.print("In another terminal, here:", markup=False)
        out.print(f"  . {_from_here(path)}", markup=False)
        for command in commands:
            out.print(f"  annual-review {command}", markup=False)
        out.print("and every other command on a deployed system.", markup=False)
        out.print("Ctrl-C ends it.", markup=False)
        until_interrupted(threading.Event().wait)
    out.print("Stopped; nothing is left running.", markup=False)


def _register(work: Path) -> tuple[Register, Mapping[AuthorityCode, Recipient]]:
    register = read_register(REGISTER)
    write_recipients(register, work / _RECIPIENTS)
    return register, read_recipients(work / _RECIPIENTS)


def _play_until_prepared(year_end: YearEnd, sample: SampleYear, stages: Stages) -> None:
    """Go through the year and its end, step by step, until letters can be read."""
    with stages.stage("Recording decisions") as step:
        year_end.publish(sample.events, step)
        year_end.wait_until_recorded(len(sample.events), step)
    with stages.stage("Closing the year", 1) as step:
        year_end.close()
        step(1, 1)
    with stages.stage("Preparing letters") as step:
        year_end.wait_until_prepared(step)


def _send(year_end: YearEnd, mail: MailMode, stages: Stages) -> None:
    """Release the letters, and wait until each has come to an end."""
    err.print(f"Mail can be looked at: {year_end.system.mailbox.endpoint}/", markup=False)
    with stages.stage("Releasing letters", 1) as step:
        year_end.release()
        step(1, 1)
    if mail is MailMode.OFF:
        year_end.wait_until_taken()
        return
    with stages.stage("Delivering letters") as step:
        year_end.wait_until_delivered(step)


def check_tallies(expected: Mapping[TallyKey, Tally], found: Mapping[TallyKey, Tally]) -> None:
    """Compare every tally in the table with what the simulated year must come to.

    Raises:
        InexactError: One differs.
    """
    if wrong := [key for key, tally in expected.items() if found.get(key) != tally]:
        named = ", ".join(f"{key.authority} {key.year}" for key in wrong[:5])
        raise InexactError(f"{len(wrong)} tallies are not what the events make up: {named}")


@contextlib.contextmanager
def _system(
    work: Path, outbox: Path, options: argparse.Namespace, stages: Stages
) -> Iterator[LocalSystem]:
    with contextlib.ExitStack() as stack:
        with stages.stage("Starting local AWS") as step:
            local = local_system(
                work,
                outbox,
                step,
                approval_required=options.approval,
                mail_mode=options.mail,
            )
            system = stack.enter_context(local)
            stages.count = partial(calls_served, system.aws)
        yield system


def _sample_year(seed: int, stages: Stages) -> SampleYear:
    facts = SAMPLE_YEARS / str(YEAR)
    with stages.stage("Simulating the year", 1) as step:
        published, targets = (
            read_published(facts / "published.csv"),
            read_targets(facts / "targets.toml"),
        )
        sample = make_sample_year(read_register(REGISTER), YEAR, published, targets, seed)
        step(1, 1)
    return sample


def _from_here(path: Path) -> Path:
    """Return a path as one types it in the folder one is in."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _letter_to_open(folder: Path) -> Path:
    return folder / "letters" / f"{_ACCEPTANCE_CASE}.pdf"


if __name__ == "__main__":
    main()
