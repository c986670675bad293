"""What judges pages: axe in the browser, and vnu, the reference checker of HTML, in Java."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Page

from infrastructure.local.project import ROOT

_PACKAGES: Final = ROOT / ".venvs" / "browser" / "node_modules"

# To compile thoroughly what soon ends takes longer than it saves; vnu wants a deep stack then.
_QUICK: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")

_LIGHTS: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_BARRIERS: Final = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(found =>
    found.violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.html}`)))"""
_TOO_WIDE: Final = "() => document.documentElement.scrollWidth > innerWidth"


class JudgeMissingError(Exception):
    """axe or vnu can't run on this machine; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Judges:
    """Where axe and vnu are."""

    axe: Path
    vnu: Path
    java: Path

    @classmethod
    def find(cls, packages: Path = _PACKAGES) -> Judges:
        """Find them.

        Raises:
            JudgeMissingError: Something is not there.
        """
        java = shutil.which("java")
        found = (packages / "axe-core/axe.min.js", packages / "vnu-jar/build/dist/vnu.jar")
        if java is None or not all(each.is_file() for each in found):
            raise JudgeMissingError(
                "axe and vnu need Java (Debian: default-jre-headless), node with npm"
                " (Debian: npm), and `make .venvs/browser/.ready`"
            )
        return cls(*found, Path(java))

    def barriers_of(self, page: Page, widths: Iterable[int]) -> list[str]:
        """Let axe look at a page in light and dark, at some widths; it has to be in the page."""
        found = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"wider than {width}"] if page.evaluate(_TOO_WIDE) else []
            for light in _LIGHTS:
                page.emulate_media(color_scheme=light)
                barriers = page.evaluate(_BARRIERS, _RULES)
                found += [f"{light}, {width}: {each}" for each in barriers]
        return found

    def faults_of_html(self, pages: Sequence[Path]) -> list[str]:
        """Let vnu read pages, all in one start, and return what it finds: errors and warnings."""
        options = ("--format", "json", "--exit-zero-always")
        command = [str(each) for each in (self.java, *_QUICK, "-jar", self.vnu, *options, *pages)]
        done = subprocess.run(command, check=True, capture_output=True)
        found = json.loads(done.stderr)["messages"]
        return [f"{each['url']}:{each.get('lastLine')}: {each['message']}" for each in found]
