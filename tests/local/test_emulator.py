import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infrastructure.local import emulator as emulator_module
from infrastructure.local.emulator import EmulatorError, EmulatorPaths, emulator
from tests.local.functions import call_function
from tests.local.waiting import eventually

LOOPBACK_IN_PROC = "0100007F"
LISTENING = "0A"

on_linux = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads /proc")

# A job in the background of a script is started with Ctrl-C ignored, and would hand that on.
STARTS_AND_WAITS = """
import signal
import sys
from pathlib import Path
from infrastructure.local.emulator import emulator
from infrastructure.local.project import emulator_paths
signal.signal(signal.SIGINT, signal.default_int_handler)
with emulator(emulator_paths(Path(sys.argv[1]))) as aws:
    print(aws.endpoint, flush=True)
    sys.stdin.read()
"""

# It would run on when the emulator is gone and nobody reads its answer.
STAYS_BUSY = """
import threading, time
threading.Thread(target=time.sleep, args=(300,)).start()
def lambda_handler(event, context): return 1
"""


def processes_of(endpoint: str) -> list[Path]:
    """The emulator at an endpoint and all functions in it, which inherit its environment."""
    sign = f"AWS_ENDPOINT_URL={endpoint}".encode()
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if sign in environment.read_bytes().split(b"\0"):
                found.append(environment.parent)
        except OSError:  # it has ended meanwhile, or is not ours
            continue
    return found


def listening_addresses(process: Path) -> set[str]:
    """The addresses that a process listens on, as the kernel writes them."""
    sockets = {str(f.readlink()) for f in (process / "fd").iterdir() if f.is_symlink()}
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in (process / "net" / table).read_text().splitlines()[1:]
    ]
    return {
        fields[1].split(":")[0]
        for fields in lines
        if fields[3] == LISTENING and f"socket:[{fields[9]}]" in sockets
    }


@on_linux
@pytest.mark.local
def test_it_listens_on_this_machine_alone_and_leaves_no_process_behind(
    paths: EmulatorPaths,
) -> None:
    with emulator(paths) as aws:
        call_function(aws, STAYS_BUSY)
        running = processes_of(aws.endpoint)
        assert len(running) == 2, "the emulator and the function"
        addresses = {a for process in running for a in listening_addresses(process)}
        assert addresses == {LOOPBACK_IN_PROC}
    assert processes_of(aws.endpoint) == []
    assert not paths.scratch.exists()


@on_linux
@pytest.mark.local
def test_a_failure_ends_it_too(paths: EmulatorPaths) -> None:
    class OurError(Exception):
        pass

    with pytest.raises(OurError), emulator(paths) as aws:
        raise OurError
    assert processes_of(aws.endpoint) == []


@on_linux
@pytest.mark.local
@pytest.mark.parametrize(
    "signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]
)
def test_whatever_ends_us_ends_it(paths: EmulatorPaths, signal_number: signal.Signals) -> None:
    command = [sys.executable, "-c", STARTS_AND_WAITS, str(paths.work)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        endpoint = parent.stdout.readline().strip()
        assert len(processes_of(endpoint)) == 1
        parent.send_signal(signal_number)
        parent.wait(10)
    eventually(lambda: processes_of(endpoint) == [], within_seconds=5)


@pytest.mark.local
def test_a_function_sees_the_emulator_and_nothing_of_our_environment(
    paths: EmulatorPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    code = "import os\ndef lambda_handler(event, context): return dict(os.environ)"
    with emulator(paths) as aws:
        seen = call_function(aws, code)
    assert isinstance(seen, dict)
    assert seen["AWS_ENDPOINT_URL"] == aws.endpoint
    assert seen["AWS_REGION"] == "eu-west-2"
    assert not {"AWS_PROFILE", "HTTPS_PROXY"} & seen.keys()
    assert Path(seen["HOME"]) == paths.scratch


@pytest.mark.local
def test_a_function_has_the_permissions_of_its_role_alone(paths: EmulatorPaths) -> None:
    code = """
import boto3
def lambda_handler(event, context):
    try:
        return boto3.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"]
    except Exception as error:
        return str(error)
"""
    with emulator(paths) as aws:
        assert "AccessDenied" in str(call_function(aws, code))


def test_a_missing_installation_is_named(tmp_path: Path) -> None:
    paths = EmulatorPaths(environment=tmp_path / "missing", work=tmp_path / "work")
    with (
        pytest.raises(EmulatorError, match=r"not installed: .*missing/bin/ministack"),
        emulator(paths),
    ):
        pass


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], EmulatorPaths]:
    """Makes an installation whose program is this Python code."""

    def make(code: str) -> EmulatorPaths:
        programs = tmp_path / "fake" / "bin"
        programs.mkdir(parents=True)
        (programs / "python").symlink_to(sys.executable)
        (programs / "ministack").write_text(code)
        return EmulatorPaths(environment=programs.parent, work=tmp_path / "work")

    return make


def test_its_last_words_are_told_when_it_ends_at_once(
    fake: Callable[[str], EmulatorPaths],
) -> None:
    paths = fake("import sys; print('first'); print('no room left'); sys.exit(7)")
    with pytest.raises(EmulatorError, match=r"status 7(.|\n)*first\nno room left"), emulator(paths):
        pass


def test_it_is_given_up_when_it_does_not_answer(
    fake: Callable[[str], EmulatorPaths], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator_module, "_READY_WITHIN_SECONDS", 0.3)
    paths = fake(
        "import sys; print('starting', flush=True); sys.stdin.read(); import time; time.sleep(60)"
    )
    with pytest.raises(EmulatorError, match=r"did not answer on 127\.0\.0\.1"), emulator(paths):
        pass
