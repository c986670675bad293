"""A manifest names every byte of a publication, and is named by its own."""

from __future__ import annotations

from hashlib import sha256

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.manifest import (
    Changes,
    Manifest,
    PublishedYear,
    Turn,
    manifest_of,
    turn_of,
)
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear
from tests.builders import ROCHFORD, YEAR

FILES = {"index.html": b"home", "2020/letters/E07000075.pdf": b"%PDF", "assets/a.css": b"{}"}


def a_manifest(*awaited: str, **changed: bytes) -> Manifest:
    years = {YEAR: PublishedYear(FIRST_REVISION, tuple(map(AuthorityCode, awaited)))}
    return manifest_of(YEAR, years, {**FILES, **changed}.items())


def test_the_name_is_the_hash_of_what_is_kept_and_reading_gives_the_same_back() -> None:
    manifest = a_manifest(ROCHFORD)

    assert manifest.name == sha256(manifest.content).hexdigest()
    assert Manifest.read(manifest.content) == manifest


def test_another_byte_and_another_authority_left_out_give_another_name() -> None:
    names = {a_manifest().name, a_manifest(ROCHFORD).name, a_manifest(more=b"").name}

    assert len(names) == 3
    assert a_manifest(ROCHFORD).name == a_manifest(ROCHFORD).name


@pytest.mark.parametrize("content", [b"{}", b"[]", b"no JSON", a_manifest().content + b" "])
def test_what_is_not_written_as_a_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"manifest|JSON|Expecting"):
        Manifest.read(content)


@pytest.mark.parametrize("path", ["../publications/x", "/index.html", "a//b.html", "a/./b.html"])
def test_a_file_outside_of_the_site_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="outside of the site"):
        manifest_of(YEAR, {}, [(path, b"")])


def test_a_path_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        manifest_of(ReportingYear(2020), {}, [("a.html", b"1"), ("a.html", b"2")])


def test_changes_are_listed_by_path() -> None:
    before = manifest_of(YEAR, {}, [("same.html", b""), ("old.html", b""), ("new.html", b"1")])
    after = manifest_of(YEAR, {}, [("same.html", b""), ("added.html", b""), ("new.html", b"2")])

    assert after.changes_from(before) == Changes(("added.html",), ("new.html",), ("old.html",))
    assert not after.changes_from(after)
    assert len(after.changes_from(None).added) == 3


@pytest.mark.parametrize(
    ("path", "turn"),
    [
        ("assets/site-1.js", Turn.ASSETS_AND_DATA),
        ("data/2020/r1/figures.csv", Turn.ASSETS_AND_DATA),
        ("2020/letters/E07000075.html", Turn.ASSETS_AND_DATA),
        ("2020/authorities/e07000075/index.html", Turn.PAGES),
        ("index.html", Turn.ENTRY_PAGES),
        ("updates/index.html", Turn.ENTRY_PAGES),
        ("feed.xml", Turn.ENTRY_PAGES),
    ],
)
def test_a_file_becomes_public_when_all_that_it_needs_is(path: str, turn: Turn) -> None:
    assert turn_of(path) is turn
