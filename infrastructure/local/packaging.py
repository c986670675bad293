"""The layers and the functions' code as the emulator takes them: zip files, made in a moment.

What a layer holds is found and copied by `infrastructure.layers`, as for `sam build`. The libraries
are installed once for a lock file and kept. The emulator unpacks a layer again for every process of
every function, which for 120 MB takes longer than the functions run; so the zip file that it gets
holds one `.pth` file that points to the layer, in the place where the emulator, like Lambda, looks
for site packages. The project's own code is copied for each run, so that one run never pulls it
from under another.

Lambda unpacks layers over one another, into one folder. The emulator doesn't, and a package can't
be found half in one folder and half in another: here the typesetter's layer repeats the code of the
shared one.
"""

import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

from infrastructure import layers
from infrastructure.layers.build import copy_code, copy_libraries
from infrastructure.layers.contents import LAYERS, SHARED, LayerContents, contents_of
from infrastructure.layers.libraries import LibrariesError, libraries_of
from infrastructure.layers.sdk_data import SdkError

CODE_OF_FUNCTIONS = "functions/in_the_layers/"
"""The folder that the template gives every function as its code."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip file, whenever it is made


class PackagingError(Exception):
    """A layer or a function can't be packed; the message says why."""

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
        """The lock file of the layers' libraries."""
        return self.project / "shared" / "requirements.txt"

    @property
    def all_libraries(self) -> Path:
        """Where all libraries are installed, before they are divided."""
        return self.build / "layers" / "all"

    def libraries(self, layer: str) -> Path:
        """Return where the libraries of a layer lie."""
        return self.build / "layers" / layer

    def code(self, layer: str = SHARED) -> Path:
        """Return where the project's own code in a layer lies."""
        return self.own / "code" / layer

    def unpacked(self, layer: str) -> int:
        """Return how many bytes a layer has, with the code that other layers hold too."""
        folders = (self.libraries(layer), self.code(layer))
        return sum(
            path.stat().st_size
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file()
        )


@dataclass(frozen=True, slots=True)
class Packages:
    """Zip files ready to upload: the layers by their names, and the code of every function."""

    layers: Mapping[str, Path]
    functions: Path


def package(paths: BuildPaths) -> Packages:
    """Pack the layers and the functions.

    Raises:
        PackagingError: The libraries can't be installed, or one is missing.
    """
    contents = contents_of(paths.project)
    _install_libraries(paths, contents)
    _copy_code(paths, contents)
    zips = paths.own / "zips"
    shutil.rmtree(zips, ignore_errors=True)
    zips.mkdir(parents=True)
    return Packages(
        layers={name: _zip(zips / f"{name}.zip", {_LINK: _link(paths, name)}) for name in LAYERS},
        functions=_zip(zips / "functions.zip", _files(paths.project / CODE_OF_FUNCTIONS)),
    )


_LINK = "python/lib/python3/site-packages/layer.pth"


def _link(paths: BuildPaths, layer: str) -> bytes:
    """Return a `.pth` file that puts a layer before the emulator's own libraries."""
    folders = [str(folder.absolute()) for folder in (paths.code(layer), paths.libraries(layer))]
    return f"import sys; sys.path[:0] = {folders!r}\n".encode()


def _install_libraries(paths: BuildPaths, contents: Mapping[str, LayerContents]) -> None:
    """Install the locked libraries and divide them, unless this was done for the same before.

    Processes that want them at the same time wait for the one that came first.
    """
    paths.build.mkdir(parents=True, exist_ok=True)
    with (paths.build / "layers.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        _install_what_is_missing(paths, contents)


def _install_what_is_missing(paths: BuildPaths, contents: Mapping[str, LayerContents]) -> None:
    interpreter = _run([str(paths.python), "-VV"], paths.project)
    needed = [(sorted(each.imports), sorted(each.services)) for each in contents.values()]
    wanted = hashlib.sha256(paths.requirements.read_bytes() + interpreter)
    wanted.update(repr(needed).encode())
    for rule in sorted(Path(layers.__file__).parent.glob("*.py")):
        wanted.update(rule.read_bytes())
    done = paths.build / "layers" / "installed"
    if done.is_file() and done.read_text() == wanted.hexdigest():
        return
    site = paths.all_libraries
    for folder in (site, *map(paths.libraries, LAYERS)):
        shutil.rmtree(folder, ignore_errors=True)
    done.unlink(missing_ok=True)
    _run(
        [
            str(paths.uv),
            *("pip", "install", "--quiet"),
            *("--python", str(paths.python), "--target", str(site)),
            *("--requirement", str(paths.requirements)),
        ],
        paths.project,
    )
    try:
        names = libraries_of(site, contents)
        for layer, each in contents.items():
            copy_libraries(site, names[layer], each.services, paths.libraries(layer))
    except (LibrariesError, SdkError) as error:
        raise PackagingError(str(error)) from error
    _compile(paths, site, *map(paths.libraries, LAYERS))
    done.write_text(wanted.hexdigest())


def _copy_code(paths: BuildPaths, contents: Mapping[str, LayerContents]) -> None:
    shutil.rmtree(paths.own / "code", ignore_errors=True)
    for layer in LAYERS:
        copy_code({**contents[SHARED].files, **contents[layer].files}, paths.code(layer))
        if layer != SHARED:
            # One set of editions for all functions, also for who changes them while they run.
            shutil.rmtree(paths.code(layer) / "editions", ignore_errors=True)
            (paths.code(layer) / "editions").symlink_to(paths.code() / "editions")
    _compile(paths, *map(paths.code, LAYERS))


def _compile(paths: BuildPaths, *folders: Path) -> None:
    _run([str(paths.python), "-m", "compileall", "-q", *map(str, folders)], paths.project)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


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
