"""The commands of the runbook, held against the interface that they call."""

import re
import shlex

import botocore.session
import pytest
from botocore import xform_name

from infrastructure.local.project import ROOT

_GLOBAL = {"query", "output", "region", "profile"}


def commands() -> list[list[str]]:
    """Every `aws` command in a block of the runbook, as words after `aws`."""
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    # The command line calls the operations of S3 by another name than the interface has.
    lines = [line.strip().replace("aws s3api ", "aws s3 ") for line in lines]
    return [shlex.split(line)[1:] for line in lines if line.startswith("aws ")]


def operation_called(words: list[str]) -> str:
    """The operation behind a command; a waiter calls one over and over."""
    session = botocore.session.get_session()
    service, command = words[:2]
    if command == "wait":
        waiters = session.get_waiter_model(service)
        names = {xform_name(name, "-"): name for name in waiters.waiter_names}
        return str(waiters.get_waiter(names[words[2]]).operation)
    operations = session.get_service_model(service).operation_names
    return {xform_name(name, "-"): name for name in operations}[command]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_of_the_runbook_calls_what_there_is(words: list[str]) -> None:
    model = botocore.session.get_session().get_service_model(words[0])
    shape = model.operation_model(operation_called(words)).input_shape
    assert shape is not None
    known = {xform_name(name, "-"): member for name, member in shape.members.items()}
    options = [word.removeprefix("--") for word in words if word.startswith("--")]
    for option in options:
        plain = option.removeprefix("no-")
        assert option in _GLOBAL or plain in known, f"there is no option --{option}"
        assert option == plain or known[plain].type_name == "boolean"
    assert {xform_name(name, "-") for name in shape.required_members} <= set(options)


def test_the_runbook_says_how_to_restore_the_table() -> None:
    called = [words[1] for words in commands() if words[0] == "dynamodb"]

    assert called.index("describe-continuous-backups") < called.index(
        "restore-table-to-point-in-time"
    )
