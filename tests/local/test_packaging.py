import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infrastructure.local.packaging import BuildPaths, PackagingError, package

# Installs one library that says where it lies, and writes down how often it was asked.
INSTALLER = """#!/bin/sh
echo "$@" >> "{calls}"
while [ "$1" != "--target" ]; do shift; done
mkdir -p "$2" && echo 'WHERE = __file__' > "$2/library.py"
"""


@pytest.fixture
def paths(tmp_path: Path) -> BuildPaths:
    """A project of one library, one package, one edition and one function."""
    project, uv = tmp_path / "project", tmp_path / "uv"
    for file, text in {
        "shared/requirements.txt": "library==1\n",
        "shared/annual_review/__init__.py": "from annual_review.words import WORD\n",
        "shared/annual_review/words.py": "WORD = 'decision'\n",
        "shared/annual_review/cli/__init__.py": "import typer\n",
        "shared/annual_review/console.py": "import rich\n",
        "shared/annual_review/rehearsal/__init__.py": "import rich\n",
        "shared/editions/2020/edition.toml": "year = 2020\n",
        "functions/record_decisions/handler.py": "import library, annual_review\n",
        "functions/record_decisions/__pycache__/handler.cpython-311.pyc": "stale",
        "functions/not_a_function/notes.txt": "",
    }.items():
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text(text)
    uv.write_text(INSTALLER.format(calls=tmp_path / "calls"))
    uv.chmod(0o755)
    return BuildPaths(project, uv, Path(sys.executable), project / "build", tmp_path / "own")


def calls(paths: BuildPaths) -> int:
    return len((paths.uv.parent / "calls").read_text().splitlines())


def run_with_layer(paths: BuildPaths, layer: Path, code: str) -> str:
    """Run code as the emulator does: the layer is unpacked, its site packages are read."""
    unpacked = paths.build / "unpacked"
    with zipfile.ZipFile(layer) as archive:
        archive.extractall(unpacked)
    site_packages = next(unpacked.glob("python/lib/*/site-packages"))
    program = f"import site; site.addsitedir({str(site_packages)!r}); {code}"
    command = [sys.executable, "-I", "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_function_finds_the_libraries_and_the_shared_code_in_the_layer(
    paths: BuildPaths,
) -> None:
    layer = package(paths).layer
    code = "import annual_review, library; print(annual_review.WORD, library.WHERE)"
    word, where = run_with_layer(paths, layer, code).split()
    assert word == "decision"
    assert Path(where) == paths.libraries / "library.py"
    assert (paths.code / "editions/2020/edition.toml").exists()


def test_the_layer_comes_before_libraries_of_the_emulator(paths: BuildPaths) -> None:
    layer = package(paths).layer
    first = run_with_layer(paths, layer, "import sys; print(sys.path[0])")
    assert Path(first) == paths.code


def test_the_shared_code_is_compiled_beforehand(paths: BuildPaths) -> None:
    package(paths)
    assert list((paths.code / "annual_review").glob("__pycache__/words.*.pyc"))


def test_the_command_line_stays_out_of_the_layer(paths: BuildPaths) -> None:
    package(paths)
    for name in ("cli", "console.py", "rehearsal"):
        assert not (paths.code / "annual_review" / name).exists()


def test_libraries_are_installed_once_for_a_lock_file(paths: BuildPaths) -> None:
    package(paths)
    package(paths)
    assert calls(paths) == 1
    paths.requirements.write_text("library==2\n")
    package(paths)
    assert calls(paths) == 2


def test_shared_code_is_taken_again_each_time(paths: BuildPaths) -> None:
    package(paths)
    source = paths.project / "shared/annual_review"
    (source / "words.py").write_text("WORD = 'outcome'\n")
    (source / "__init__.py").write_text("from annual_review.words import WORD as NAME\n")
    layer = package(paths).layer
    assert run_with_layer(paths, layer, "import annual_review as a; print(a.NAME)") == "outcome"


def test_every_folder_with_a_handler_becomes_a_zip_file_of_its_source(paths: BuildPaths) -> None:
    functions = package(paths).functions
    assert set(functions) == {"record_decisions"}
    with zipfile.ZipFile(functions["record_decisions"]) as archive:
        assert archive.namelist() == ["handler.py"]


def test_the_same_files_make_the_same_zip_file(paths: BuildPaths) -> None:
    first = package(paths).functions["record_decisions"].read_bytes()
    (paths.project / "functions/record_decisions/handler.py").touch()
    assert package(paths).functions["record_decisions"].read_bytes() == first


def test_an_installation_that_fails_says_why_and_is_tried_again(paths: BuildPaths) -> None:
    working = paths.uv.read_text()
    paths.uv.write_text("#!/bin/sh\necho 'no such library' >&2; exit 1\n")
    with pytest.raises(PackagingError, match="pip install failed: no such library"):
        package(paths)
    paths.uv.write_text(working)
    assert package(paths).layer.exists()


def test_a_missing_installer_is_named(paths: BuildPaths) -> None:
    paths.uv.unlink()
    with pytest.raises(PackagingError, match=r"can't run .*/uv: No such file"):
        package(paths)
