"""The same facts give the same bytes: in another process, with other hashes, in another order."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from annual_review.rendering.renderer import EditionRenderer
from tests.builders import a_tally
from tests.unit.rendering.letters import facts_of

ROOT = Path(__file__).parents[3]

RENDER_ALL = """
from tests.unit.rendering.letters import a_renderer
from tests.unit.rendering.test_determinism import digests
print(*digests(a_renderer()))
"""


def digests(renderer: EditionRenderer) -> list[str]:
    """Return a digest of every form of some letters."""
    letters = [
        renderer.render(facts_of()),
        renderer.render(facts_of(a_tally(upheld=7, late=2), name="Łódź", is_sample=True)),
    ]
    return [
        sha256(form).hexdigest()
        for letter in letters
        for form in (
            letter.pdf,
            letter.html.encode(),
            letter.text.encode(),
            letter.case_list,
            letter.message,
        )
    ]


def in_another_process(hash_seed: str) -> list[str]:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "shared")]),
    }
    done = subprocess.run(
        [sys.executable, "-c", RENDER_ALL],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.split()


def test_two_processes_give_the_same_bytes(renderer: EditionRenderer) -> None:
    renderer.render(facts_of(name="Another letter came first"))

    assert digests(renderer) == in_another_process("1") == in_another_process("2")
