import subprocess
import sys
import zipfile
from collections.abc import Iterable
from fcntl import LOCK_EX
from pathlib import Path

import pytest

from infrastructure.layers.contents import LAYERS, SHARED, TYPESETTER, contents_of
from infrastructure.local import packaging
from infrastructure.local.packaging import (
    CODE_OF_FUNCTIONS,
    BuildPaths,
    PackagingError,
    package,
)

# Installs two libraries that say where they lie, and writes down how often it was asked.
INSTALLER = """#!/bin/sh
echo "$@" >> "{calls}"
while [ "$1" != "--target" ]; do shift; done
for name in library typst; do
    info="$2/$name-1.dist-info"
    mkdir -p "$info" && echo 'WHERE = __file__' > "$2/$name.py"
    printf 'Metadata-Version: 2.1\\nName: %s\\nVersion: 1\\n' "$name" > "$info/METADATA"
    printf '%s.py,,\\n' "$name" > "$info/RECORD"
done
"""


@pytest.fixture
def paths(tmp_path: Path) -> BuildPaths:
    """A project of two libraries, one package, one edition and two functions."""
    project, uv = tmp_path / "project", tmp_path / "uv"
    for file, text in {
        "shared/requirements.txt": "library==1\n",
        "shared/annual_review/__init__.py": "from annual_review.words import WORD\n",
        "shared/annual_review/words.py": "WORD = 'decision'\n",
        "shared/annual_review/pages.py": "import typst\n",
        "shared/annual_review/console.py": "import rich\n",
        "shared/editions/2020/edition.toml": "year = 2020\n",
        "functions/record_decisions/handler.py": "import library, annual_review\n",
        "functions/prepare_letter/handler.py": "import annual_review.pages\n",
        "functions/in_the_layers/README.md": "Nothing.\n",
    }.items():
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text(text)
    uv.write_text(INSTALLER.format(calls=tmp_path / "calls"))
    uv.chmod(0o755)
    return BuildPaths(project, uv, Path(sys.executable), project / "build", tmp_path / "own")


def calls(paths: BuildPaths) -> int:
    return len((paths.uv.parent / "calls").read_text().splitlines())


def run_with_layers(paths: BuildPaths, layers: Iterable[Path], code: str) -> str:
    """Run code as the emulator does: layers are unpacked one by one, site packages are read."""
    program = "import site; "
    for layer in layers:
        unpacked = paths.build / "unpacked" / layer.stem
        with zipfile.ZipFile(layer) as archive:
            archive.extractall(unpacked)
        site_packages = next(unpacked.glob("python/lib/*/site-packages"))
        program += f"site.addsitedir({str(site_packages)!r}); "
    command = [sys.executable, "-I", "-c", program + code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def run_with_the_shared_layer(paths: BuildPaths, code: str) -> str:
    return run_with_layers(paths, [package(paths).layers[SHARED]], code)


def test_a_function_finds_itself_the_libraries_and_the_shared_code_in_the_layer(
    paths: BuildPaths,
) -> None:
    code = (
        "from functions.record_decisions.handler import annual_review, library;"
        "print(annual_review.WORD, library.WHERE)"
    )
    word, where = run_with_the_shared_layer(paths, code).split()
    assert word == "decision"
    assert Path(where) == paths.libraries(SHARED) / "library.py"
    assert (paths.code() / "editions/2020/edition.toml").exists()


def test_a_function_that_typesets_finds_what_it_needs_in_two_layers(paths: BuildPaths) -> None:
    code = (
        "from functions.prepare_letter.handler import annual_review;"
        "from importlib.util import find_spec as found;"
        "print(annual_review.WORD, annual_review.pages.typst.WHERE, found('library') is not None)"
    )
    layers = package(paths).layers
    word, where, _ = run_with_layers(paths, [layers[name] for name in LAYERS], code).split()
    assert word == "decision"
    assert Path(where) == paths.libraries(TYPESETTER) / "typst.py"


def test_the_typesetter_is_not_in_the_shared_layer(paths: BuildPaths) -> None:
    code = (
        "from importlib.util import find_spec as found;"
        "print(*map(found, ('annual_review.pages', 'functions.prepare_letter')))"
    )
    assert run_with_the_shared_layer(paths, code) == "None None"
    assert [path.name for path in paths.libraries(SHARED).glob("*.py")] == ["library.py"]


def test_all_functions_read_the_same_editions(paths: BuildPaths) -> None:
    package(paths)
    edition = "editions/2020/edition.toml"
    (paths.code() / edition).write_text("year = 2021\n")
    assert (paths.code(TYPESETTER) / edition).read_text() == "year = 2021\n"


def test_the_layer_comes_before_libraries_of_the_emulator(paths: BuildPaths) -> None:
    first = run_with_the_shared_layer(paths, "import sys; print(sys.path[0])")
    assert Path(first) == paths.code()


def test_the_shared_code_is_compiled_beforehand(paths: BuildPaths) -> None:
    package(paths)
    assert list((paths.code() / "annual_review").glob("__pycache__/words.*.pyc"))


def test_what_no_function_imports_stays_out_of_the_layers(paths: BuildPaths) -> None:
    package(paths)
    assert not list((paths.own / "code").rglob("console.py"))


def test_libraries_are_installed_once_for_a_lock_file(paths: BuildPaths) -> None:
    package(paths)
    package(paths)
    assert calls(paths) == 1
    paths.requirements.write_text("library==2\n")
    package(paths)
    assert calls(paths) == 2


def test_libraries_are_divided_again_when_other_ones_are_imported(paths: BuildPaths) -> None:
    package(paths)
    (paths.project / "functions/record_decisions/handler.py").write_text("import annual_review\n")
    package(paths)
    assert not (paths.libraries(SHARED) / "library.py").exists()


def test_a_library_that_is_imported_and_not_locked_is_named(paths: BuildPaths) -> None:
    (paths.project / "functions/record_decisions/handler.py").write_text("import elsewhere\n")
    with pytest.raises(PackagingError, match="imported but not installed: elsewhere"):
        package(paths)


def test_shared_code_is_taken_again_each_time(paths: BuildPaths) -> None:
    package(paths)
    source = paths.project / "shared/annual_review"
    (source / "words.py").write_text("WORD = 'outcome'\n")
    (source / "__init__.py").write_text("from annual_review.words import WORD as NAME\n")
    code = "import annual_review as a; print(a.NAME)"
    assert run_with_the_shared_layer(paths, code) == "outcome"


def test_the_code_of_functions_stays_the_same_when_a_handler_changes(paths: BuildPaths) -> None:
    first = package(paths).functions.read_bytes()
    (paths.project / "functions/record_decisions/handler.py").write_text("import library\n")
    (paths.project / CODE_OF_FUNCTIONS / "README.md").touch()
    assert package(paths).functions.read_bytes() == first


def test_an_installation_that_fails_says_why_and_is_tried_again(paths: BuildPaths) -> None:
    working = paths.uv.read_text()
    paths.uv.write_text("#!/bin/sh\necho 'no such library' >&2; exit 1\n")
    with pytest.raises(PackagingError, match="pip install failed: no such library"):
        package(paths)
    paths.uv.write_text(working)
    assert package(paths).layers[SHARED].exists()


def test_a_missing_installer_is_named(paths: BuildPaths) -> None:
    paths.uv.unlink()
    with pytest.raises(PackagingError, match=r"can't run .*/uv: No such file"):
        package(paths)


def test_who_waited_for_another_process_finds_the_libraries_installed(
    paths: BuildPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []

    def another_was_first(_lock: object, how: int) -> None:
        waited.append(how)
        packaging._install_what_is_missing(paths, contents_of(paths.project))

    monkeypatch.setattr(packaging, "flock", another_was_first)

    package(paths)

    assert waited == [LOCK_EX]
    assert calls(paths) == 1
