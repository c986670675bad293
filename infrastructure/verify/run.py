"""`make verify-letters`: verify every letter of the sample year, in every edition that ships."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

from annual_review.console import counting, err, show_table, warn
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import edition_years
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.errors import EditionError
from infrastructure.local.project import ROOT
from infrastructure.verify.findings import Verdict
from infrastructure.verify.sample_letters import rendered_letters
from infrastructure.verify.verapdf import EngineFailedError, EngineMissingError, VeraPdf
from infrastructure.verify.verify import verify

LETTERS: Final = ROOT / "out" / "verify"
_FAILED: Final = 1
_WRONG_INPUT: Final = 2
_SHOWN: Final = 20


class NothingToVerifyError(Exception):
    """There is no file to verify; the message says where they were looked for."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Verify what is asked for; the exit status is 1 if a file fails, 2 for wrong input."""
    options = _options(arguments)
    try:
        engine = find_engine(os.environ)
        if options.folder:
            passed = _verify(str(options.folder), _files_in(options.folder), [], engine)
        else:
            verdicts = [_verify_edition(year, engine) for year in _years(options.edition)]
            passed = all(verdicts)
    except (EngineMissingError, EngineFailedError) as error:
        _end(error, _FAILED)
    except (EditionError, NothingToVerifyError, OSError) as error:
        _end(error, _WRONG_INPUT)
    if not passed:
        sys.exit(_FAILED)


def find_engine(environment: Mapping[str, str]) -> VeraPdf | None:
    """Return the validator, or warn that there is none.

    Raises:
        EngineMissingError: There is none, and this is CI, where nothing is left unverified.
    """
    try:
        return VeraPdf.find()
    except EngineMissingError as error:
        if environment.get("CI"):
            raise
        warn(f"PDF/A-2a and PDF/UA-1 are NOT checked, only the structure of the letters: {error}")
        return None


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make verify-letters", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--edition",
        type=int,
        action="append",
        metavar="YEAR",
        help="an edition to verify; may be repeated (default: every one that ships)",
    )
    which.add_argument(
        "--folder", type=Path, help="verify the PDFs of this folder, and of those within, instead"
    )
    return parser.parse_args(arguments)


def _years(asked: Sequence[int] | None) -> Sequence[ReportingYear]:
    if asked:
        return [ReportingYear(year) for year in asked]
    return edition_years(SHIPPED_EDITIONS)


def _files_in(folder: Path) -> Sequence[Path]:
    files = sorted(folder.rglob("*.pdf"))
    if not files:
        raise NothingToVerifyError(f"no PDF in {folder}; `make run` writes letters to out/2020")
    return files


def _verify_edition(year: ReportingYear, engine: VeraPdf | None) -> bool:
    folder = LETTERS / str(year)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files, unprintable = rendered_letters(year, folder)
    return _verify(f"Letters of the sample year, edition {year}", files, unprintable, engine)


def _verify(
    title: str, files: Sequence[Path], unprintable: Sequence[Verdict], engine: VeraPdf | None
) -> bool:
    begun = time.monotonic()
    verdicts = list(counting("Verifying letters", verify(files, engine), len(files)))
    seconds = time.monotonic() - begun
    failed = [*unprintable, *(verdict for verdict in verdicts if not verdict.passed)]
    for verdict in failed[:_SHOWN]:
        err.print(f"{verdict.file}", style="red", markup=False)
        for finding in verdict.findings:
            err.print(f"  {finding}", markup=False)
    if len(failed) > _SHOWN:
        warn(f"{len(failed) - _SHOWN} more files fail")
    checks = "PDF/A-2a, PDF/UA-1, structure" if engine else "structure alone"
    show_table(
        title,
        [
            ("Checked for", checks),
            ("Files", len(files) + len(unprintable)),
            ("Failed", len(failed)),
            ("Seconds", round(seconds)),
        ],
    )
    return not failed


def _end(error: Exception, status: int) -> NoReturn:
    err.print(f"error: {error}", style="red", markup=False)
    sys.exit(status)


if __name__ == "__main__":
    main()
