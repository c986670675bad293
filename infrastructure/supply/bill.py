"""`python -m infrastructure.supply.bill FILE`: what the layers hold, as a bill of materials.

It is CycloneDX 1.6, made from the lock file, so that the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from infrastructure.supply.licences import licence_of
from infrastructure.supply.locked import Locked, locked_in

_PROJECT: Final = Path(__file__).resolve().parents[2]
LOCK_FILE: Final = _PROJECT / "shared" / "requirements.txt"


def bill_of_materials(lock_file: Path) -> dict[str, Any]:
    """Return the bill of what a lock file holds."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "annual-review",
                "name": "annual-review",
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [_component(each) for each in locked_in(lock_file)],
    }


def _component(library: Locked) -> dict[str, Any]:
    purl = f"pkg:pypi/{library.name}@{library.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": library.name,
        "version": library.version,
        "purl": purl,
        "scope": "required",
        "licenses": [{"expression": licence_of(library)}],
        # The digests of all files that may be installed: the lock takes one of them.
        "externalReferences": [
            {
                "type": "distribution",
                "url": purl,
                "hashes": [{"alg": "SHA-256", "content": each} for each in library.digests],
            }
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bill to a file."""
    [file] = sys.argv[1:] if arguments is None else arguments
    target = Path(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(bill_of_materials(LOCK_FILE), indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
