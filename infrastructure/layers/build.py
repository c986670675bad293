"""Builds one layer: `python -m infrastructure.layers.build LAYER --libraries FOLDER --to FOLDER`.

`sam build` runs it through `shared/Makefile`, local AWS calls its functions. Both so run what was
packed by the same rules.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infrastructure.layers.contents import LAYERS, contents_of
from infrastructure.layers.libraries import LibrariesError, libraries_of, library_files
from infrastructure.layers.sdk_data import DATA, SdkError, sdk_data

_SDK = "botocore"
PROJECT = Path(__file__).resolve().parents[2]


def copy_code(files: Mapping[str, Path], target: Path) -> None:
    """Copy files of the project to their places in a layer."""
    for place, file in files.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target / place)


def copy_libraries(
    site: Path, names: Sequence[str], services: frozenset[str], target: Path
) -> None:
    """Copy libraries, the SDK with what it knows of some services; where it can, it links.

    Raises:
        SdkError: The SDK doesn't know a service.
    """
    for path in library_files(site, names):
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(site / path, place)
        except OSError:  # another file system
            shutil.copy2(site / path, place)
    if _SDK in names:
        for name, content in sdk_data(site / DATA, services).items():
            place = target / DATA / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build a layer; without what is to be in it, say why."""
    parser = argparse.ArgumentParser(description="Put a layer together from installed libraries.")
    parser.add_argument("layer", choices=LAYERS)
    parser.add_argument("--libraries", type=Path, required=True, help="where they are installed")
    parser.add_argument("--to", type=Path, required=True, help="the layer's folder, its python/")
    given = parser.parse_args(arguments)
    contents = contents_of(PROJECT)
    try:
        names = libraries_of(given.libraries, contents)[given.layer]
        copy_libraries(given.libraries, names, contents[given.layer].services, given.to)
    except (LibrariesError, SdkError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    copy_code(contents[given.layer].files, given.to)
    sys.stdout.write(f"{given.layer}: {', '.join(names)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
