"""What `sam local invoke` needs to run a function in Docker on the local system."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from infrastructure.local.invocations import FUNCTIONS, logical_id
from infrastructure.local.system import LocalSystem


@contextlib.contextmanager
def variables_file(system: LocalSystem, path: Path) -> Iterator[Path]:
    """Write the environment of every function, for `--env-vars`; it goes with the system."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(variables(system), indent=2) + "\n", encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def variables(system: LocalSystem) -> dict[str, Mapping[str, str]]:
    """Return the environment of every function, by its logical id, as it is deployed here."""
    client = system.aws.client("lambda")
    found: dict[str, Mapping[str, str]] = {}
    for name in map(logical_id, FUNCTIONS):
        function = client.get_function_configuration(FunctionName=system.physical_id(name))
        # The emulator's own environment is what tells the functions that run in it.
        found[name] = {
            **function["Environment"]["Variables"],
            "AWS_ENDPOINT_URL": system.aws.endpoint,
        }
    return found
