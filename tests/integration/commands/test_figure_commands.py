"""`annual-review reconcile` and `explain`, as operators use them on a deployed system."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from unittest import mock

import pytest

from annual_review.adapters.dynamodb.repair_table import DynamoDBRepairStore
from annual_review.adapters.stack import Stack
from annual_review.cli.app import main
from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.tallies import TallyKey
from annual_review.services.errors import MissingError
from annual_review.services.figures.frozen_figures import COLUMNS
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.figures.repair_year import RepairReport, RepairYear
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_register,
    a_tally,
    a_withdrawal,
    an_upheld_decision,
    recipients,
)
from tests.integration.dynamodb.test_repair_table import doctor, record
from tests.integration.world import BUCKET, World, a_closed_year


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        return " ".join(self.out.split())


Command = Callable[..., Ended]


@pytest.fixture
def annual_review(deployed: World, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line in this process, on the world that is deployed."""

    def found(name: str, _clock: object) -> Stack:
        if name != "annual-review":
            raise MissingError(f"stack {name} is another system's")
        return Stack(deployed.table, outputs={"BucketName": BUCKET})

    def run(*arguments: str) -> Ended:
        stdout, stderr = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
            mock.patch.object(sys, "argv", ["annual-review", *arguments]),
            mock.patch.dict(os.environ, {"COLUMNS": "200"}),
            pytest.raises(SystemExit) as ended,
        ):
            main()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, stdout.getvalue(), stderr.getvalue())

    monkeypatch.setattr("annual_review.wiring.system.find_stack", found)
    monkeypatch.setattr("time.sleep", lambda _: None)
    return run


@pytest.fixture
def doctored(deployed: World) -> World:
    """A year in which one tally was edited by hand."""
    codes = (ROCHFORD, OTHER_DISTRICT)
    deployed.knows(a_register(*codes), recipients(*codes))
    record(deployed, an_upheld_decision("1"), a_compliance_outcome("1"))
    record(deployed, an_upheld_decision("2", authority=OTHER_DISTRICT))
    doctor(deployed, a_tally(**{"upheld": 3, "subject:Planning & Development": 1}))
    return deployed


REPAIR = ("reconcile", "2020", "--repair", "--by", "an operator", "--reason", "edited by hand")


class TestReconciling:
    def test_every_difference_is_printed_and_ends_with_one(
        self, annual_review: Command, doctored: World
    ) -> None:
        ended = annual_review("reconcile", "2020")

        assert ended.code == 1
        assert "3 cases of 2020 counted again" in ended.out
        assert f"{ROCHFORD} upheld 3 1" in ended.words
        assert f"{ROCHFORD} on_time 0 1" in ended.words
        assert OTHER_DISTRICT not in ended.out
        assert doctored.tally().upheld == 3

    def test_a_year_in_order_ends_with_nothing(
        self, annual_review: Command, deployed: World
    ) -> None:
        a_closed_year(deployed, ROCHFORD)

        ended = annual_review("reconcile", "2020")

        assert ended.code == 0, ended.err
        assert "Every tally agrees with its cases." in ended.out

    def test_a_repair_fixes_and_keeps_a_record_and_ends_with_nothing(
        self, annual_review: Command, doctored: World
    ) -> None:
        ended = annual_review(*REPAIR)

        assert ended.code == 0, ended.err
        assert f"{ROCHFORD} 1 upheld 3 1" in ended.words
        (made,) = DynamoDBRepairStore(doctored.table).repairs(YEAR)
        assert (made.by, made.reason) == ("an operator", "edited by hand")
        assert doctored.tally() == made.after
        assert annual_review("reconcile", "2020").code == 0

    def test_a_dry_run_changes_nothing(self, annual_review: Command, doctored: World) -> None:
        before = doctored.tally()

        ended = annual_review(*REPAIR, "--dry-run")

        assert ended.code == 1
        assert "Nothing was changed" in ended.out
        assert doctored.tally() == before
        assert list(DynamoDBRepairStore(doctored.table).repairs(YEAR)) == []

    def test_an_authority_outside_the_register_is_told_and_no_repair_helps(
        self, annual_review: Command, doctored: World
    ) -> None:
        record(doctored, an_upheld_decision("9", authority="E99999999"))

        ended = annual_review(*REPAIR)

        assert ended.code == 1
        assert "E99999999 is not in the register, and cases of 2020 count for it (1)" in ended.words

    def test_a_repair_without_a_quiet_moment_says_when_to_run_it_again(
        self, annual_review: Command, doctored: World
    ) -> None:
        before = doctored.tally()
        left = RepairReport((), (TallyKey(ROCHFORD, YEAR),))

        with mock.patch.object(RepairYear, "repair", return_value=left):
            ended = annual_review(*REPAIR)

        assert ended.code == 1
        assert "decisions kept arriving: run it again" in " ".join(ended.err.split())
        assert doctored.tally() == before

    @pytest.mark.parametrize(
        "arguments",
        [
            ("reconcile",),
            ("reconcile", "20"),
            ("reconcile", "2020", "--repair"),
            ("reconcile", "2020", "--repair", "--by", "me", "--reason", " "),
            ("reconcile", "2020", "--stack", "another"),
        ],
    )
    def test_wrong_usage_ends_with_two(
        self, annual_review: Command, doctored: World, arguments: tuple[str, ...]
    ) -> None:
        before = doctored.tally()

        ended = annual_review(*arguments)

        assert ended.code == 2
        assert "Traceback" not in ended.err
        assert doctored.tally() == before


@pytest.fixture
def closed(deployed: World) -> World:
    """A year that was closed with one decision for each of two authorities; one was withdrawn."""
    a_closed_year(deployed, ROCHFORD, OTHER_DISTRICT)
    withdrawn = a_withdrawal("19-0")
    seen = deployed.cases.load([withdrawn.key])[withdrawn.key]
    deployed.cases.commit(CaseChange((CaseWrite(withdrawn, seen),)))
    return deployed


@pytest.mark.usefixtures("closed")
class TestExplaining:
    def test_a_frozen_number_is_listed_with_what_has_become_of_its_cases(
        self, annual_review: Command
    ) -> None:
        ended = annual_review("explain", "2020", ROCHFORD, "upheld")

        assert ended.code == 0, ended.err
        assert (
            f"upheld of {ROCHFORD} Council {ROCHFORD} in 2020, as frozen in revision 1: 1"
            in ended.out
        )
        assert "19-0 DECISION 1 2019-11-05" in ended.words
        assert "Since the freeze (1):" in ended.out
        assert "removed: withdrawn by version 2" in ended.words

    def test_an_authority_is_found_by_its_name(self, annual_review: Command) -> None:
        ended = annual_review("explain", "2020", f"council {ROCHFORD.lower()}", "upheld")

        assert ended.code == 0, ended.err
        assert ended.out.startswith(f"upheld of {ROCHFORD} ")

    def test_today_s_number_is_listed(self, annual_review: Command) -> None:
        ended = annual_review("explain", "2020", ROCHFORD.lower(), "upheld", "--live")

        assert "upheld of E07000075 Council E07000075 in 2020, today: 0" in ended.out

    def test_a_machine_reads_it_as_json(self, annual_review: Command) -> None:
        ended = annual_review("explain", "2020", ROCHFORD, "upheld", "--json")

        explained = json.loads(ended.out)
        (case,) = explained["cases"]
        assert (explained["value"], explained["revision"], explained["live"]) == (1, 1, False)
        assert case == {
            "reference": "19-0",
            "part": "DECISION",
            "version": 1,
            "counted_on": "2019-11-05",
            "measures": "upheld, subject:Planning & Development",
            "since_freeze": "removed: withdrawn by version 2",
        }
        assert explained["since_freeze"] == [case]

    def test_a_spreadsheet_reads_it_as_csv(self, annual_review: Command) -> None:
        ended = annual_review("explain", "2020", ROCHFORD, "upheld", "--csv")

        (row,) = csv.DictReader(io.StringIO(ended.out))
        assert (row["reference"], row["version"]) == ("19-0", "1")

    def test_a_comparison_is_listed_by_the_authorities_of_its_pool(
        self, annual_review: Command
    ) -> None:
        ended = annual_review("explain", "2020", "district", "uphold-rate")

        assert "uphold_rate of district authorities in 2020, as frozen" in ended.out
        assert "2 of 2 = 100%" in ended.out
        assert f"{OTHER_DISTRICT} Council {OTHER_DISTRICT} 1 1" in ended.words
        assert f"{ROCHFORD} 1 of 1 0 of 0" in ended.words

    def test_a_machine_reads_a_comparison(self, annual_review: Command) -> None:
        ended = annual_review("explain", "2020", "district", "uphold-rate", "--live", "--json")

        explained = json.loads(ended.out)
        assert (explained["numerator"], explained["denominator"]) == (1, 1)
        assert sum(each["numerator"] for each in explained["authorities"]) == 1

    def test_an_unchanged_number_says_so(self, annual_review: Command) -> None:
        ended = annual_review("explain", "2020", OTHER_DISTRICT, "upheld")

        assert "Nothing has changed since the freeze." in ended.out

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (("2020", ROCHFORD, "score"), "no number 'score'"),
            (("2020", "E99999999", "upheld"), "not in the figures of 2020"),
            (("2021", ROCHFORD, "upheld"), "not closed"),
            (("2020", "other", "uphold-rate"), "not compared"),
            (("2020", "district", "upheld"), "no comparison 'upheld'"),
        ],
    )
    def test_what_can_t_be_explained_ends_with_two_and_says_why(
        self, annual_review: Command, arguments: tuple[str, ...], why: str
    ) -> None:
        ended = annual_review("explain", *arguments)

        assert ended.code == 2
        assert why in " ".join(ended.err.split())


def test_a_year_that_is_not_closed_is_explained_live(
    annual_review: Command, doctored: World
) -> None:
    ended = annual_review("explain", "2020", OTHER_DISTRICT, "upheld", "--live")

    assert ended.code == 0, ended.err
    assert "The year is not closed yet." in ended.out
    assert doctored.urls


class TestLiveFigures:
    """`figures YEAR --live`, on a year of which two authorities have a decision each."""

    @pytest.fixture(autouse=True)
    def some_decisions(self, deployed: World) -> None:
        codes = (ROCHFORD, OTHER_DISTRICT)
        deployed.knows(a_register(*codes), recipients(*codes))
        record(deployed, an_upheld_decision("1"), a_compliance_outcome("1"))
        record(deployed, a_decision(DecisionOutcome.NOT_UPHELD, "2", authority=OTHER_DISTRICT))

    def test_all_authorities_are_listed_and_said_not_to_be_frozen(
        self, annual_review: Command
    ) -> None:
        ended = annual_review("figures", "2020", "--live")

        assert ended.code == 0, ended.err
        assert ": NOT FROZEN" in ended.words
        assert f"{ROCHFORD} Council {ROCHFORD} 1 100% (1 of 1)" in ended.words
        assert f"{OTHER_DISTRICT} Council {OTHER_DISTRICT} 1 0% (0 of 1) none none" in ended.words
        assert "The year 2020 is not closed" in ended.words

    def test_one_authority_is_shown_beside_those_of_its_type(self, annual_review: Command) -> None:
        ended = annual_review("figures", "2020", "--live", "--authority", ROCHFORD.lower())

        assert "uphold rate 100% (1 of 1) 50% (1 of 2)" in ended.words
        assert OTHER_DISTRICT not in ended.words

    def test_what_changed_after_the_close_is_in_them_and_the_frozen_ones_are_named(
        self, annual_review: Command, deployed: World
    ) -> None:
        a_closed_year(deployed)
        record(deployed, an_upheld_decision("later"))

        table = annual_review("figures", "2020", "--live")
        record_ = json.loads(annual_review("figures", "2020", "--live", "--json").out)

        assert "frozen figures (revision 1), which may differ: annual-review status 2020" in (
            table.words
        )
        assert (record_["frozen"], record_["latest_frozen_revision"]) == (False, 1)
        frozen = FrozenRecords(deployed.documents, deployed.closes.of_year(YEAR)[0]).year()
        assert record_["national"]["decisions"] == frozen["national"]["decisions"] + 1
        assert set(record_["authorities"][0]) == set(frozen["authorities"][0]) - {"record_sha256"}

    def test_the_table_for_machines_has_the_columns_of_figures_csv(
        self, annual_review: Command
    ) -> None:
        out = annual_review("figures", "--year", "2020", "--live", "--csv").out
        rows = {row["code"]: row for row in csv.DictReader(io.StringIO(out))}

        assert tuple(rows[ROCHFORD])[: len(COLUMNS)] == COLUMNS
        assert (rows[ROCHFORD]["upheld"], rows[OTHER_DISTRICT]["upheld"]) == ("1", "0")
        assert {row["frozen"] for row in rows.values()} == {"no"}

    def test_an_authority_without_figures_is_told(self, annual_review: Command) -> None:
        ended = annual_review("figures", "2020", "--live", "--authority", "E99999999")

        assert ended.code == 2
        assert "E99999999 is not in the figures of 2020" in ended.err

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--live",),
            ("2020",),
            ("2020", "--authority", ROCHFORD),
            ("2020", "--csv"),
            ("2020", "--year", "2021", "--live"),
            ("2020", "--live", "--out", "x"),
            ("2020", "--live", "--csv", "--json"),
        ],
    )
    def test_files_and_a_stack_are_not_mixed(
        self, annual_review: Command, arguments: tuple[str, ...]
    ) -> None:
        assert annual_review("figures", *arguments).code == 2
