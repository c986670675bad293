"""`make smoke STAGE=test`: one event and one diverted letter through a deployment, then cleaned up.

What an earlier run left is removed first. A run that fails leaves what it made to be looked at;
`make smoke STAGE=test ARGS=--clean` removes it, as does the next run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from annual_review.console import CommandError
from annual_review.services.errors import PortError, RefusalError
from annual_review.wiring.system import System, deployed
from infrastructure.deploy.run import REGION
from infrastructure.deploy.smoke.leftovers import Leftovers, NotOursError
from infrastructure.deploy.smoke.steps import (
    LONGEST_WAIT,
    SmokeTest,
    SmokeTestError,
    refuse_unless_safe,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try a deployment, or remove what a trial left."""
    parser = argparse.ArgumentParser(description="One event and one diverted letter, end to end.")
    parser.add_argument("stack", help="the stack to try, such as annual-review-test")
    parser.add_argument("--clean", action="store_true", help="only remove what a run left")
    parser.add_argument("--patience", type=float, default=LONGEST_WAIT, help="seconds a step takes")
    given = parser.parse_args(arguments)
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    try:
        _play(deployed(given.stack), given.patience, is_only_cleaned=given.clean)
    except (SmokeTestError, NotOursError, CommandError, PortError, RefusalError) as error:
        sys.stderr.write(f"The smoke test failed: {error}\n")
        return 1
    return 0


def _play(system: System, patience: float, *, is_only_cleaned: bool) -> None:
    refuse_unless_safe(system)
    leftovers = Leftovers(system.stack.table, system.stack.documents.bucket)
    _clean(leftovers, "An earlier run left")
    if is_only_cleaned:
        _say("Nothing is left.")
        return
    SmokeTest(system, _say, patience).run()
    _clean(leftovers, "It made")
    _say("The smoke test passed, and nothing of it is left.")


def _clean(leftovers: Leftovers, what: str) -> None:
    """Show what is found, and delete it.

    Raises:
        SmokeTestError: Something was changed between being found and being deleted.
    """
    found = leftovers.find()
    for name in found.names:
        _say(f"{what}: {name}")
    stayed = leftovers.remove(found)
    if stayed:
        names = ", ".join(" / ".join(each) for each in stayed)
        raise SmokeTestError(f"changed while it was being removed: {names}. Clean again")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
