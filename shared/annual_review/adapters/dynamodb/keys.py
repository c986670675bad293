"""The keys of every item in the table: the one place that builds them and takes them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annual_review.adapters.dynamodb.table import Item, Key, key_of
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import FIRST_DISPATCH, Dispatch, LetterId
from annual_review.domain.reporting_year import ReportingYear, Revision

if TYPE_CHECKING:
    # Most functions never meet a case: these are imported where one is read.
    from annual_review.domain.cases import CaseKey
    from annual_review.domain.tallies import TallyKey

CASE: Final = "CASE#"
TALLY: Final = "TALLY#"
LETTER: Final = "LETTER#"
PARAGRAPHS: Final = "PARAGRAPHS#"
REPAIR: Final = "REPAIR#"
REGISTER: Final = "REGISTER"
RECIPIENTS: Final = "RECIPIENTS"
CHALLENGES: Final = "CHALLENGE#"
HISTORY_KEY: Final[Key] = ("PUBLICATIONS", "HISTORY")
"""Where the history of publications is kept: the site is one, however many years it shows."""

_AUTHORITY: Final = "AUTHORITY#"
_CLOSES: Final = "CLOSES#"
NOTES: Final = "NOTE#"
_PHASE: Final = "PHASE"
_SENDING: Final = "SENDING"
_VOLUME: Final = "VOLUME"
_YEAR: Final = "YEAR#"


def case_item_key(key: CaseKey) -> Key:
    """Return where a case is kept."""
    return f"{CASE}{key.reference}", key.part.value


def case_key_of(item: Item) -> CaseKey:
    """Return which case an item holds."""
    from annual_review.domain.cases import CaseKey, CasePart, CaseReference

    pk, sk = key_of(item)
    return CaseKey(CaseReference(pk.removeprefix(CASE)), CasePart(sk))


def index_partition(key: TallyKey) -> str:
    """Return what the index calls the cases that count in one tally."""
    return f"{key.authority}#{key.year}"


def tally_of_index(partition: str) -> TallyKey:
    """Return in which tally the cases of a partition of the index count."""
    from annual_review.domain.tallies import TallyKey

    code, year = partition.rsplit("#", 1)
    return TallyKey(AuthorityCode(code), ReportingYear(int(year)))


def tally_item_key(key: TallyKey) -> Key:
    """Return where a tally is kept."""
    return f"{_AUTHORITY}{key.authority}", f"{TALLY}{key.year}"


def tally_key_of(item: Item) -> TallyKey:
    """Return which tally an item holds."""
    from annual_review.domain.tallies import TallyKey

    pk, sk = key_of(item)
    year = ReportingYear(int(sk.removeprefix(TALLY)))
    return TallyKey(AuthorityCode(pk.removeprefix(_AUTHORITY)), year)


def directory_key(partition: str, code: AuthorityCode) -> Key:
    """Return where the entry of an authority is kept, in `REGISTER` or in `RECIPIENTS`."""
    return partition, f"{_AUTHORITY}{code}"


def directory_code_of(item: Item) -> AuthorityCode:
    """Return whose entry an item holds."""
    return AuthorityCode(key_of(item)[1].removeprefix(_AUTHORITY))


def closes_partition(year: ReportingYear) -> str:
    """Return the partition of the closes of a year."""
    return f"{_CLOSES}{year}"


def close_key(year: ReportingYear, revision: Revision) -> Key:
    """Return where a close is kept."""
    return closes_partition(year), _in_order(revision)


def close_key_of(item: Item) -> tuple[ReportingYear, Revision]:
    """Return of which revision an item holds the close."""
    pk, sk = key_of(item)
    return ReportingYear(int(pk.removeprefix(_CLOSES))), Revision(int(sk))


def year_partition(year: ReportingYear) -> str:
    """Return the partition of the letters of a year, and of what people decided about them."""
    return f"{_YEAR}{year}"


def letter_item_key(letter: LetterId) -> Key:
    """Return where a letter is kept."""
    again = "" if letter.dispatch == FIRST_DISPATCH else f"#{letter.dispatch:03}"
    sort_key = f"{LETTER}{_in_order(letter.revision)}#{letter.authority}{again}"
    return year_partition(letter.year), sort_key


def letter_id_of(item: Item) -> LetterId:
    """Return which letter an item holds."""
    pk, sk = key_of(item)
    _, revision, authority, *again = sk.split("#", 3)
    return LetterId(
        _year_of(pk),
        Revision(int(revision)),
        AuthorityCode(authority),
        Dispatch(int(*again)) if again else FIRST_DISPATCH,
    )


def paragraphs_key(year: ReportingYear, revision: Revision, authority: AuthorityCode) -> Key:
    """Return where the paragraphs of a letter are kept."""
    return year_partition(year), f"{PARAGRAPHS}{_in_order(revision)}#{authority}"


def paragraphs_key_of(item: Item) -> tuple[ReportingYear, Revision, AuthorityCode]:
    """Return the paragraphs of which letter an item holds."""
    pk, sk = key_of(item)
    revision, authority = sk.removeprefix(PARAGRAPHS).split("#", 1)
    return _year_of(pk), Revision(int(revision)), AuthorityCode(authority)


def notes_of(authority: AuthorityCode) -> str:
    """Return how the sort keys of all notes about an authority begin."""
    return f"{NOTES}{authority}#"


def note_key(year: ReportingYear, authority: AuthorityCode, sha256: str) -> Key:
    """Return where a note is kept, named by the hash of its content."""
    return year_partition(year), f"{notes_of(authority)}{sha256[:32]}"


def note_authority_of(item: Item) -> AuthorityCode:
    """Return about which authority an item holds a note."""
    _, code, _ = key_of(item)[1].split("#")
    return AuthorityCode(code)


def repair_key(key: TallyKey, number: int) -> Key:
    """Return where the record of a repair of a tally is kept."""
    return year_partition(key.year), f"{REPAIR}{key.authority}#{_in_order(number)}"


def repair_key_of(item: Item) -> tuple[TallyKey, int]:
    """Return of which tally an item holds the repair, and its number."""
    from annual_review.domain.tallies import TallyKey

    pk, sk = key_of(item)
    code, number = sk.removeprefix(REPAIR).rsplit("#", 1)
    return TallyKey(AuthorityCode(code), _year_of(pk)), int(number)


def challenges_of(authority: AuthorityCode) -> str:
    """Return how the sort keys of all challenges of an authority begin."""
    return f"{CHALLENGES}{authority}#"


def challenge_key(year: ReportingYear, authority: AuthorityCode, number: int) -> Key:
    """Return where a challenge is kept."""
    return year_partition(year), f"{challenges_of(authority)}{_in_order(number)}"


def challenge_key_of(item: Item) -> tuple[ReportingYear, AuthorityCode, int]:
    """Return whose challenge of which number an item holds."""
    pk, sk = key_of(item)
    code, number = sk.removeprefix(CHALLENGES).rsplit("#", 1)
    return _year_of(pk), AuthorityCode(code), int(number)


def phase_key(year: ReportingYear) -> Key:
    """Return where the phase of a year is kept."""
    return year_partition(year), _PHASE


def volume_key(year: ReportingYear) -> Key:
    """Return where it is kept who accepted the volume of a year."""
    return year_partition(year), _VOLUME


def sending_key(year: ReportingYear) -> Key:
    """Return where it is kept whether letters of a year are sent, or sending was stopped."""
    return year_partition(year), _SENDING


def sending_year_of(item: Item) -> ReportingYear:
    """Return of which year an item holds the sending."""
    return _year_of(key_of(item)[0])


def _year_of(partition: str) -> ReportingYear:
    return ReportingYear(int(partition.removeprefix(_YEAR)))


def _in_order(number: int) -> str:
    """Write a number so that keys sort by it, as far as the tag of a letter can count."""
    return f"{number:06}"
