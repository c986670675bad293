"""What a year is played with: its register, its recipients and its events, all simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annual_review.adapters.files.register_files import read_recipients, read_register
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rehearsal.sample_inputs import register_csv, sample_year
from annual_review.sample_year import SampleYear, write_recipients


@dataclass(frozen=True, slots=True)
class YearInputs:
    """A simulated year, and the files it would be rehearsed with."""

    year: ReportingYear
    register_file: Path
    recipients_file: Path
    register: Register
    recipients: Mapping[AuthorityCode, Recipient]
    sample: SampleYear


def simulated_inputs(year: ReportingYear, seed: int, folder: Path) -> YearInputs:
    """Simulate a year, and write its register and recipients into a folder."""
    folder.mkdir()
    register_file, recipients_file = folder / "authorities.csv", folder / "recipients.csv"
    register_file.write_bytes(register_csv(year))
    register = read_register(register_file)
    write_recipients(register, recipients_file)
    return YearInputs(
        year=year,
        register_file=register_file,
        recipients_file=recipients_file,
        register=register,
        recipients=read_recipients(recipients_file),
        sample=sample_year(register, year, seed),
    )
