"""`make invoke FUNCTION=send_letter`: one function, called with its sample, without Docker.

It starts local AWS, deploys the real template, and stops all event sources, so that nothing but the
samples of `events/invocations/` calls a function. Those of the functions before it in the year are
called first: there is a letter to send when `send_letter` is called.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from annual_review.console import err, out
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from annual_review.domain.recipients import EmailAddress, Recipient
from annual_review.domain.reporting_year import ReportingYear
from infrastructure.local.deploy import DeploymentError
from infrastructure.local.emulator import EmulatorError
from infrastructure.local.invocations import FUNCTIONS, before, logical_id, sample
from infrastructure.local.packaging import PackagingError
from infrastructure.local.processes import exits_on_termination
from infrastructure.local.publication import Publication
from infrastructure.local.system import LocalSystem, local_system
from infrastructure.local.year_end import YearEnd, YearEndError

_YEAR: Final = ReportingYear(2020)
_AUTHORITY: Final = AuthorityCode("E07000075")
"""The authority that all samples are about."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Call the function and print its answer, and what it logged."""
    parser = argparse.ArgumentParser(prog="make invoke", description=__doc__)
    parser.add_argument("function", choices=FUNCTIONS, help="the folder of the function")
    function: str = parser.parse_args(arguments).function
    try:
        with (
            exits_on_termination(),
            tempfile.TemporaryDirectory(prefix="annual-review-") as folder,
            local_system(Path(folder) / "work", Path(folder) / "outbox") as system,
        ):
            answer = invoke(system, function)
            for line in system.log_lines(f"{logical_id(function)}Logs"):
                err.print(line, markup=False, highlight=False)
            out.print(json.dumps(answer, indent=2), markup=False, highlight=False)
    except (DeploymentError, EmulatorError, PackagingError, YearEndError) as error:
        err.print(f"error: {error}", style="red", markup=False)
        sys.exit(1)


def invoke(system: LocalSystem, function: str) -> Any:  # noqa: ANN401 (whatever it answers)
    """Call the samples that lead to a function, then its own, and return the answer to that.

    Raises:
        YearEndError: A function failed.
    """
    _stop_event_sources(system)
    year_end = YearEnd(system, _YEAR)
    year_end.load_register(_register(), _recipients())
    for each in before(function):
        year_end.invoke(logical_id(each), sample(each))
    if function == "publish_year":
        Publication(year_end).stage_and_approve()
    return year_end.invoke(logical_id(function), sample(function))


def _stop_event_sources(system: LocalSystem) -> None:
    """Let no queue call a function: the samples do."""
    client = system.aws.client("lambda")
    for source in client.list_event_source_mappings()["EventSourceMappings"]:
        client.update_event_source_mapping(UUID=source["UUID"], Enabled=False)


def _register() -> Register:
    name = "Rochford District Council"
    return Register([Authority(_AUTHORITY, name, AuthorityType.DISTRICT)])


def _recipients() -> dict[AuthorityCode, Recipient]:
    email = EmailAddress("chief.executive@rochford.example")
    chief_executive = "Chief Executive"
    recipient = Recipient(
        _AUTHORITY, "The Chief Executive", chief_executive, chief_executive, email
    )
    return {_AUTHORITY: recipient}


if __name__ == "__main__":
    main()
