"""The layer and the functions as the emulator takes them: zip files, made in a moment.

The layer's libraries are installed once for a lock file and kept. The emulator unpacks a layer
again for every process of every function, which for 140 MB takes longer than the functions run; so
the zip file that it gets holds one `.pth` file that points to the layer, in the place where the
emulator, like Lambda, looks for site packages. The project's own code is copied for each run, so
that one run never pulls it from under another.
"""

import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_SHARED_PACKAGES = ("annual_review", "editions")
# Functions have no command line and rehearse nothing.
_NOT_PACKED = shutil.ignore_patterns("__pycache__", "cli", "console.py", "rehearsal")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip file, whenever it is made


class PackagingError(Exception):
    """The layer or a function can't be packed; the message says why."""

    retryable = False


@dataclass(frozen=True, slots=True)
class BuildPaths:
    """What is packed, with what, and to where.

    `python` is the emulator's own. `build` keeps the layer's libraries for all who pack. `own`
    takes the project's code and the zip files, and must stay while functions run from it.
    """

    project: Path
    uv: Path
    python: Path
    build: Path
    own: Path

    @property
    def requirements(self) -> Path:
        """The lock file of the layer's libraries."""
        return self.project / "shared" / "requirements.txt"

    @property
    def libraries(self) -> Path:
        """The layer's libraries."""
        return self.build / "layer" / "python"

    @property
    def code(self) -> Path:
        """The layer's own packages."""
        return self.own / "code"


@dataclass(frozen=True, slots=True)
class Packages:
    """Zip files ready to upload."""

    layer: Path
    functions: Mapping[str, Path]


def package(paths: BuildPaths) -> Packages:
    """Pack the layer and every function.

    Raises:
        PackagingError: The libraries can't be installed.
    """
    _install_libraries(paths)
    _copy_shared_code(paths)
    zips = paths.own / "zips"
    shutil.rmtree(zips, ignore_errors=True)
    zips.mkdir(parents=True)
    link = _use_first(paths.code, paths.libraries)
    folders = sorted(p.parent for p in (paths.project / "functions").glob("*/handler.py"))
    return Packages(
        layer=_zip(zips / "layer.zip", {_LINK: f"{link}\n".encode()}),
        functions={f.name: _zip(zips / f"{f.name}.zip", _contents(f)) for f in folders},
    )


_LINK = "python/lib/python3/site-packages/layer.pth"


def _use_first(*folders: Path) -> str:
    """Return a line of a `.pth` file that puts folders before the emulator's own libraries."""
    return f"import sys; sys.path[:0] = {[str(folder.absolute()) for folder in folders]!r}"


def _install_libraries(paths: BuildPaths) -> None:
    """Install the locked libraries, unless this was done for this lock file and interpreter."""
    interpreter = _run([str(paths.python), "-VV"], paths.project)
    wanted = hashlib.sha256(paths.requirements.read_bytes() + interpreter).hexdigest()
    done = paths.build / "layer" / "installed"
    if done.is_file() and done.read_text() == wanted:
        return
    shutil.rmtree(paths.libraries, ignore_errors=True)
    done.unlink(missing_ok=True)
    _run(
        [
            str(paths.uv),
            *("pip", "install", "--quiet", "--compile-bytecode"),
            *("--python", str(paths.python), "--target", str(paths.libraries)),
            *("--requirement", str(paths.requirements)),
        ],
        paths.project,
    )
    done.write_text(wanted)


def _copy_shared_code(paths: BuildPaths) -> None:
    copies = [paths.code / name for name in _SHARED_PACKAGES]
    for copy in copies:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(paths.project / "shared" / copy.name, copy, ignore=_NOT_PACKED)
    _run([str(paths.python), "-m", "compileall", "-q", *map(str, copies)], paths.project)


def _contents(folder: Path) -> dict[str, bytes]:
    files: Iterable[Path] = (p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def _zip(target: Path, contents: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), contents[name])
    return target


def _run(command: list[str], cwd: Path) -> bytes:
    try:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True).stdout
    except OSError as error:
        raise PackagingError(f"can't run {command[0]}: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise PackagingError(f"{' '.join(command[:3])} failed: {said}") from error
