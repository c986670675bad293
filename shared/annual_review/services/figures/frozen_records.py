"""Reading frozen figures back, and trusting them only as far as their hashes go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.statistics import Statistics
from annual_review.services.at_once import Spread, one_by_one
from annual_review.services.documents import FIGURES_JSON, Documents, authority_figures_name, digest
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    digest_of_rest,
    read_authority_record,
    read_statistics_record,
)
from annual_review.services.progress import Progress, no_progress


class AlteredRecordError(RefusalError):
    """A frozen record is not the one that was frozen, or can't be read by this version."""


@dataclass(frozen=True, slots=True)
class FrozenRecords:
    """The records of one close."""

    documents: Documents
    close: Close

    def year(self) -> Mapping[str, Any]:
        """Return the record of the year.

        Raises:
            AlteredRecordError: It is not the one that the close names.
        """
        content = self._read(FIGURES_JSON)
        self._check(FIGURES_JSON, digest_of_rest(content), self.close.figures_sha256)
        record: dict[str, Any] = json.loads(content)
        return record

    def authority(self, code: AuthorityCode) -> FrozenAuthority | None:
        """Return the record of one authority; `None` if it is not in the figures of the year.

        Raises:
            AlteredRecordError: It is not the one that was frozen, or has an earlier format.
        """
        named = {each["code"]: each["record_sha256"] for each in self.year()["authorities"]}
        if code not in named:
            return None
        name = authority_figures_name(code)
        content = self._read(name)
        self._check(name, digest(content), named[code])
        try:
            return read_authority_record(content)
        except ValueError as error:
            raise AlteredRecordError(f"{self.close.folder}/{name}: {error}") from error

    def under_any(self, codes: Iterable[AuthorityCode]) -> FrozenAuthority | None:
        """Return the record of an authority under the first of its codes that has one.

        Raises:
            AlteredRecordError: It is not the one that was frozen, or has an earlier format.
        """
        return next((found for code in codes if (found := self.authority(code))), None)

    def pools(self) -> Mapping[AuthorityType, Statistics]:
        """Return what each type of authorities stands at, as the record of the year has it.

        Raises:
            AlteredRecordError: The record is not the one that the close names.
        """
        return {
            AuthorityType(type_): read_statistics_record(pool)
            for type_, pool in self.year()["comparisons"].items()
        }

    def contents(
        self, progress: Progress = no_progress, spread: Spread = one_by_one
    ) -> Mapping[AuthorityCode, bytes]:
        """Return the record of every authority as it was written, in the order of their codes.

        Raises:
            AlteredRecordError: One is not what was frozen.
        """
        hashes = {
            AuthorityCode(each["code"]): each["record_sha256"]
            for each in self.year()["authorities"]
        }
        contents: dict[AuthorityCode, bytes] = {}
        read = spread(lambda code: self._read(authority_figures_name(code)), hashes)
        for code, content in zip(hashes, read, strict=True):
            self._check(authority_figures_name(code), digest(content), hashes[code])
            contents[code] = content
            progress(len(contents), len(hashes))
        return contents

    def _read(self, name: str) -> bytes:
        return self.documents.get(f"{self.close.folder}/{name}")

    def _check(self, name: str, found: str, expected: str) -> None:
        if found != expected:
            raise AlteredRecordError(
                f"{self.close.folder}/{name} is not what was frozen: restore its earlier version"
            )
