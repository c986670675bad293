"""`make run`: a whole simulated year end on this machine, through the parts that are deployed.

It starts local AWS and a mail server, deploys the real template, publishes a simulated year on the
event bus, closes the year, prepares and releases the letters, and waits until every one of them is
delivered. Its mail can be looked at in a browser meanwhile. Several years can follow one another on
the same system. Then everything is stopped again, or stays until Ctrl-C for those who ask for it;
what it made stays in a folder for each year.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.rehearsal_folder import write_records
from annual_review.console import err, out, show_table
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import NOTHING_COUNTED, Tally, TallyKey
from annual_review.domain.year_phases import YearPhase
from annual_review.rehearsal.preview_inputs import write_inputs
from annual_review.rehearsal.sample_inputs import FIRST, LAST, SEED
from annual_review.sample_year import SampleYear
from annual_review.services.dispatch.mail_mode import MailMode
from infrastructure.local.deploy import DeploymentError
from infrastructure.local.desk import DeskError, desk_on
from infrastructure.local.editions import add_editions
from infrastructure.local.emulator import EmulatorError
from infrastructure.local.packaging import PackagingError
from infrastructure.local.processes import exits_on_termination
from infrastructure.local.project import ROOT
from infrastructure.local.publication import Publication
from infrastructure.local.run_folder import FolderInUseError, run_folder
from infrastructure.local.sam_local import variables_file
from infrastructure.local.simulator import with_simulated_fates
from infrastructure.local.stages import Stages, calls_served
from infrastructure.local.staying import environment_file, until_interrupted
from infrastructure.local.system import LocalSystem, local_system
from infrastructure.local.year_end import YearEnd, YearEndError
from infrastructure.local.year_inputs import YearInputs, simulated_inputs
from infrastructure.local.year_report import Counted, rows_of, show_fates

YEAR: Final = ReportingYear(2020)
_LAST_OF_SEVERAL: Final = ReportingYear(2024)
"""Councils merged in the year before it, and the nearest edition shows how figures went on."""
_ACCEPTANCE_CASE: Final = AuthorityCode("E07000075")
_FAILED: Final = 1
_SITE: Final = "site"


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
        DeskError,
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
        "--years", type=int, default=1, help="how many years to play, one after another"
    )
    parser.add_argument(
        "--last",
        type=int,
        help=f"the last of them, {FIRST} to {LAST}; all but 2020 are made up (default: {YEAR}, of"
        f" several {_LAST_OF_SEVERAL})",
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
        help="open a desk on it, and keep the system up at the end, until Ctrl-C, to look at the"
        " mail and try commands",
    )
    parser.add_argument(
        "--approval",
        action="store_true",
        help="stop when the letters are prepared: you read, approve and release them (with --stay)",
    )
    options = parser.parse_args(arguments)
    if options.approval and not options.stay:
        parser.error("--approval leaves letters for you to release: give --stay too")
    if options.approval and options.years > 1:
        parser.error("--approval is for one year: the next one waits for its letters")
    last = options.last or (YEAR if options.years == 1 else _LAST_OF_SEVERAL).ends
    if not FIRST.ends <= last - options.years + 1 <= last <= LAST.ends:
        parser.error(f"there are sample years from {FIRST} to {LAST}: choose --years and --last")
    options.years = [ReportingYear(last - ago) for ago in reversed(range(options.years))]
    return options


def _run(options: argparse.Namespace, work: Path) -> None:
    with contextlib.ExitStack() as stack:
        folders = {
            year: stack.enter_context(run_folder(options.out / str(year))) for year in options.years
        }
        _run_in(folders, options, work)


def _run_in(folders: Mapping[ReportingYear, Path], options: argparse.Namespace, work: Path) -> None:
    started, stages = time.monotonic(), Stages()
    with stages.stage("Simulating the year", len(folders)) as step:
        years = []
        for year in folders:
            years.append(simulated_inputs(year, options.seed, work / str(year)))
            step(len(years), len(folders))
    folder = folders[years[-1].year]
    with (
        _system(work, folder / "outbox", options, stages) as system,
        contextlib.ExitStack() as desks,
    ):
        add_editions(system.editions, folders)
        if options.stay:
            address = desks.enter_context(desk_on(system, years[-1].year, work))
            out.print(f"The desk, where figures can be seen growing: {address}", markup=False)
        before, expected = Counted(), dict[TallyKey, Tally]()
        public: Publication | None = None
        for inputs in years:
            if len(years) > 1:
                stages.of = str(inputs.year)
            _add(expected, inputs.sample.expected.tallies)
            year_end = YearEnd(system, inputs.year)
            fates = _play(year_end, inputs, folders[inputs.year], options, stages)
            if year_end.watch() == YearPhase.COMPLETE:
                public = Publication(year_end)
                _publish(public, stages)
            check_tallies(expected, year_end.tallies(expected))
            now = Counted.by(year_end)
            rows = rows_of(year_end, inputs.sample, now.since(before), len(expected))
            rows.append(("Seconds", f"{time.monotonic() - started:.0f}"))
            show_table(f"Year end {inputs.year}, simulated (seed {options.seed})", rows)
            show_fates(year_end, fates)
            before, started = now, time.monotonic()
        if public:
            with stages.stage("Fetching the site") as step:
                public.fetch(folder / _SITE, step)
        stages.write(folder)
        out.print(f"\nFigures:           {_from_here(folder / 'figures.csv')}", markup=False)
        out.print(f"Messages:          {_from_here(folder / 'outbox')}", markup=False)
        out.print(f"A letter to open:  {_from_here(_letter_to_open(folder))}", markup=False)
        if public:
            page = _from_here(folder / _SITE / "index.html")
            out.print(f"The public site:   {page}", markup=False)
        if len(folders) > 1:
            earlier = ", ".join(str(_from_here(each)) for each in list(folders.values())[:-1])
            out.print(f"Earlier years:     {earlier}", markup=False)
        if options.stay:
            commands = _commands_to_try(folder, years[-1].year, options)
            _stay(system, folder, commands)


def _play(
    year_end: YearEnd,
    inputs: YearInputs,
    folder: Path,
    options: argparse.Namespace,
    stages: Stages,
) -> Mapping[AuthorityCode, str]:
    """Play one year to its end, and return the fates of the letters that the simulator decides."""
    year_end.system.mailbox.deliver_to(folder / "outbox")
    recipients = inputs.recipients
    fates: Mapping[AuthorityCode, str] = {}
    if options.simulator:
        recipients, fates = with_simulated_fates(recipients, inputs.register, inputs.year)
    with stages.stage("Loading the register", 1) as step:
        year_end.load_register(inputs.register, recipients)
        step(1, 1)
    _play_until_prepared(year_end, inputs.sample, stages)
    if not options.approval:
        _send(year_end, options.mail, stages)
    with stages.stage("Collecting letters") as step:
        year_end.export(folder, step)
        write_records(folder, year_end.records())
    write_inputs(folder, inputs.register_file, inputs.recipients_file, is_sample=True)
    return fates


def _add(expected: dict[TallyKey, Tally], more: Mapping[TallyKey, Tally]) -> None:
    """Add what another year of events counts: a few of its cases belong to the years beside it."""
    for key, tally in more.items():
        expected[key] = expected.get(key, NOTHING_COUNTED) + tally


def _commands_to_try(
    folder: Path, year: ReportingYear, options: argparse.Namespace
) -> Sequence[str]:
    if not options.approval:
        return [f"status {year}", "recipients check"]
    here = _from_here(folder)
    return [
        f"review {year} --out {here.parent}",
        f"approve {year} --read {here / 'review' / 'review.json'}",
        f"release {year}",
    ]


def _stay(system: LocalSystem, folder: Path, commands: Sequence[str]) -> None:
    """Keep the system up until Ctrl-C, and say how to use it meanwhile."""
    with (
        environment_file(system.aws, system.mailbox.endpoint, folder / "local.env") as path,
        variables_file(system, folder / "env.json") as variables,
    ):
        out.print(f"\nThe system stays up. Its mail: {system.mailbox.endpoint}/", markup=False)
        out.print(f"What is public: {system.site_address}", markup=False)
        out.print("In another terminal, here:", markup=False)
        out.print(f"  . {_from_here(path)}", markup=False)
        for command in commands:
            out.print(f"  annual-review {command}", markup=False)
        out.print("and every other command on a deployed system. With Docker, after `sam build`:")
        sam = "sam local invoke WatchLetters --event events/invocations/watch_letters.json"
        network = f"--env-vars {_from_here(variables)} --docker-network host"
        out.print(f"  {sam} {network}", markup=False)
        out.print("Ctrl-C ends it.", markup=False)
        until_interrupted(threading.Event().wait)
    out.print("Stopped; nothing is left running.", markup=False)


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


def _publish(public: Publication, stages: Stages) -> None:
    """Stage the year and approve it, and let its function publish it."""
    with stages.stage("Staging the site", 1) as step:
        public.stage_and_approve()
        step(1, 1)
    with stages.stage("Publishing the year", 1) as step:
        public.year_end.go_live()
        step(1, 1)


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


def _from_here(path: Path) -> Path:
    """Return a path as one types it in the folder one is in."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _letter_to_open(folder: Path) -> Path:
    return folder / "letters" / f"{_ACCEPTANCE_CASE}.pdf"


if __name__ == "__main__":
    main()
