"""Every number leads to its cases, as it was frozen and as it is today."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.cases import CaseState, DecisionOutcome, Subject, Version
from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import Revision
from annual_review.domain.tallies import NUMBERS, Tally, TallyKey
from annual_review.services.documents import digest
from annual_review.services.figures.explain_figures import (
    ExplainedCase,
    Explanation,
    SinceFreeze,
    UnexplainedError,
    number_named,
)
from annual_review.services.figures.frozen_authority import canonical
from annual_review.services.figures.frozen_records import AlteredRecordError
from annual_review.services.year_end.close_year import YearNotClosedError
from annual_review.services.year_end.closing.year_volume import AcceptVolume
from tests.advice import worded
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_register,
    a_tally,
    a_withdrawal,
    an_authority,
    an_upheld_decision,
)
from tests.fakes.cases import DoctoredCaseStore
from tests.fakes.patience import endless
from tests.strategies import CODES, History, histories, tallies
from tests.worlds import AFTER_THE_YEAR, World

HERE = TallyKey(ROCHFORD, YEAR)


def a_closed_world() -> World:
    world = World(
        register=a_register(
            ROCHFORD, OTHER_DISTRICT, an_authority(COUNTY, type_=AuthorityType.COUNTY)
        ),
        cases=DoctoredCaseStore(),
    )
    world.record(
        an_upheld_decision("1", satisfactory_remedy=True, subject=Subject.HOUSING),
        an_upheld_decision("2"),
        an_upheld_decision("3"),
        a_decision(DecisionOutcome.NOT_UPHELD, "4"),
        a_decision(DecisionOutcome.ADVICE_GIVEN, "5"),
        a_compliance_outcome("1"),
        an_upheld_decision("6", authority=OTHER_DISTRICT),
        an_upheld_decision("7", authority=COUNTY),
    )
    world.close()
    return world


def explain(world: World, number: str = "upheld", *, live: bool = False) -> Explanation:
    return world.explain_figures().explain(HERE, number, endless(), is_live=live)


def reset(world: World, says: CaseState) -> None:
    service = world.reset_case()
    decision = Act("an operator", AFTER_THE_YEAR, "mistyped")
    service.reset(service.plan(says.reference, [says]), decision, endless())


def references(explained: Explanation) -> list[str]:
    return [each.case.reference for each in explained.cases]


def told(cases: tuple[ExplainedCase, ...]) -> list[tuple[str, SinceFreeze, str]]:
    return [(each.case.reference, each.since, each.why) for each in cases]


class TestNumbers:
    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("upheld", "upheld"),
            ("Not-Upheld", "not_upheld"),
            ("housing", "subject:Housing"),
            ("subject:Benefits & Tax", "subject:Benefits & Tax"),
            ("investigations", "investigations"),
        ],
    )
    def test_a_number_is_known_however_it_is_written(self, said: str, meant: str) -> None:
        assert number_named(said) == meant

    def test_a_number_that_nobody_counts_is_refused_with_those_that_there_are(self) -> None:
        with pytest.raises(UnexplainedError, match=r"no number 'score': .*upheld.*investigations"):
            number_named("score")

    @given(tallies())
    def test_derived_numbers_sum_up_what_the_domain_says_they_do(self, tally: Tally) -> None:
        sums = {
            name: sum(tally[measure] for measure in measures) for name, measures in NUMBERS.items()
        }

        assert sums["decisions"] == tally.decisions
        assert sums["investigations"] == tally.investigations
        assert sums["complied"] == tally.complied
        assert sums["compliance_outcomes"] == tally.compliance_outcomes


class TestAFrozenNumber:
    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            ("upheld", ["1", "2", "3"]),
            ("satisfactory_remedy", ["1"]),
            ("investigations", ["1", "2", "3", "4"]),
            ("decisions", ["1", "2", "3", "4", "5"]),
            ("complied", ["1"]),
            ("not_complied", []),
            ("housing", ["1"]),
        ],
    )
    def test_it_lists_the_cases_that_it_counted(self, number: str, expected: list[str]) -> None:
        explained = explain(a_closed_world(), number)

        assert references(explained) == expected
        assert explained.value == len(expected)
        assert (explained.revision, explained.is_live) == (1, False)
        assert explained.differences == ()

    def test_it_stays_the_same_and_says_what_has_become_of_each_case(self) -> None:
        world = a_closed_world()
        world.record(
            a_withdrawal("1"),
            a_decision(DecisionOutcome.NOT_UPHELD, "2", version=2),
            an_upheld_decision("3", version=2, satisfactory_remedy=True),
            an_upheld_decision("8"),
        )

        explained = explain(world)

        assert explained.value == 3
        assert told(explained.cases) == [
            ("1", SinceFreeze.REMOVED, "withdrawn by version 2"),
            (
                "2",
                SinceFreeze.REMOVED,
                "version 2 counts as not_upheld, subject:Planning & Development",
            ),
            ("3", SinceFreeze.CHANGED, "version 2 counts in its place"),
        ]
        assert told(explained.differences) == [
            *told(explained.cases),
            ("8", SinceFreeze.ADDED, "version 1 counts since"),
        ]

    def test_a_case_that_went_to_another_authority_or_year_is_followed_there(self) -> None:
        world = a_closed_world()
        world.record(
            an_upheld_decision("1", version=2, authority=COUNTY, previous_authorities=[ROCHFORD]),
            an_upheld_decision("2", version=2, decided_on=date(2020, 4, 1)),
        )

        assert [why for _, _, why in told(explain(world).differences)] == [
            "version 2 counts for E10000012 in 2020",
            "version 2 counts for E07000075 in 2021",
        ]

    def test_a_reset_that_puts_other_content_under_the_same_version_is_told(self) -> None:
        world = a_closed_world()
        reset(world, an_upheld_decision("1", authority=COUNTY))
        reset(world, a_decision(DecisionOutcome.NOT_UPHELD, "2"))
        reset(world, an_upheld_decision("3", decided_on=date(2019, 11, 4)))

        assert told(explain(world).differences) == [
            ("1", SinceFreeze.REMOVED, "version 1, as it was reset, counts for E10000012 in 2020"),
            (
                "2",
                SinceFreeze.REMOVED,
                "version 1, as it was reset, counts as not_upheld, subject:Planning & Development",
            ),
            ("3", SinceFreeze.CHANGED, "version 1, as it was reset, counts in its place"),
        ]
        assert [each.since for each in explain(world, "investigations").cases] == [
            SinceFreeze.REMOVED,
            SinceFreeze.CHANGED,
            SinceFreeze.CHANGED,
            SinceFreeze.UNCHANGED,
        ]

    def test_a_case_that_was_reset_to_what_was_frozen_is_unchanged(self) -> None:
        world = a_closed_world()
        world.record(an_upheld_decision("3", version=2, decided_on=date(2020, 4, 1)))
        reset(world, an_upheld_decision("3"))

        assert explain(world).differences == ()

    def test_another_number_of_the_same_case_is_not_bothered(self) -> None:
        world = a_closed_world()
        world.record(a_decision(DecisionOutcome.NOT_UPHELD, "1", version=2))

        assert told(explain(world, "investigations").differences) == [
            ("1", SinceFreeze.CHANGED, "version 2 counts in its place")
        ]
        assert explain(world, "complied").differences == ()

    def test_it_can_be_explained_though_today_s_tally_is_wrong(self) -> None:
        world = a_closed_world()
        assert isinstance(world.cases, DoctoredCaseStore)
        world.cases.doctor(HERE, a_tally(upheld=5))

        assert explain(world).value == 3

    def test_a_list_that_does_not_add_up_is_an_error(self) -> None:
        world = World()
        world.record(an_upheld_decision("1"))
        service = world.close_year()
        examined = service.examine(YEAR, AFTER_THE_YEAR, endless())
        service.freeze(replace(examined, cases={}), AFTER_THE_YEAR)

        with pytest.raises(
            UnexplainedError, match="frozen as 1, and its list of cases adds up to 0"
        ):
            explain(world)

    @pytest.mark.parametrize("name", ["figures.json", f"authorities/{ROCHFORD}.json"])
    def test_a_record_that_was_altered_is_not_believed(self, name: str) -> None:
        world = a_closed_world()
        record = json.loads(world.frozen_document(name)) | {"from": "2019-04-02"}
        close = world.closes.latest(YEAR)
        assert close is not None
        world.documents.put(f"{close.folder}/{name}", canonical(record), "application/json")

        with pytest.raises(AlteredRecordError, match=f"{name} is not what was frozen"):
            explain(world)

    @pytest.mark.parametrize(
        ("was", "becomes"),
        [
            (b'"upheld": 3', b'"upheld": 4'),
            (b'"year": 2020', b'"year":  2020'),
            (b' "sha256"', b' "sha256": "%b",\n "sha256"' % (b"0" * 64)),
            (b' "sha256"', b' "note": "", "sha256"'),
            (b"{", b""),
        ],
        ids=["a count", "a space", "a second hash", "a note beside the hash", "no longer JSON"],
    )
    def test_not_a_byte_of_the_year_s_record_may_have_changed(
        self, was: bytes, becomes: bytes
    ) -> None:
        world = a_closed_world()
        content = world.frozen_document("figures.json")
        assert was in content
        close = world.closes.latest(YEAR)
        assert close is not None
        changed = content.replace(was, becomes, 1)
        world.documents.put(f"{close.folder}/figures.json", changed, "application/json")

        with pytest.raises(AlteredRecordError, match=r"figures.json is not what was frozen"):
            explain(world)

    def test_a_record_of_an_earlier_format_is_told_from_an_altered_one(self) -> None:
        world = a_closed_world()
        record = json.loads(world.frozen_document(f"authorities/{ROCHFORD}.json"))
        content = canonical(record | {"format": 1})
        year = world.frozen_year()
        del year["sha256"]
        year["authorities"][0]["record_sha256"] = digest(content)
        close = world.closes.latest(YEAR)
        assert close is not None
        earlier = replace(close, revision=Revision(2), figures_sha256=digest(canonical(year)))
        world.closes.add(earlier)
        for name, each in (
            (f"authorities/{ROCHFORD}.json", content),
            ("figures.json", canonical(year | {"sha256": earlier.figures_sha256})),
        ):
            world.documents.put(f"{earlier.folder}/{name}", each, "application/json")

        with pytest.raises(AlteredRecordError, match="format 1 can't be read"):
            explain(world)

    def test_a_case_that_is_gone_from_the_table_is_named(self) -> None:
        world = a_closed_world()
        del world.cases._states[an_upheld_decision("2").key]

        assert told(explain(world).cases)[1] == (
            "2",
            SinceFreeze.REMOVED,
            "is not in the table any more",
        )

    def test_an_authority_without_figures_is_refused(self) -> None:
        nobody = TallyKey(AuthorityCode("E99999999"), YEAR)

        for live in (False, True):
            with pytest.raises(UnexplainedError, match="E99999999 is not in the figures of 2020"):
                a_closed_world().explain_figures().explain(
                    nobody, "upheld", endless(), is_live=live
                )

    def test_a_year_that_is_not_closed_has_no_frozen_number(self) -> None:
        with pytest.raises(UnexplainedError, match="not closed; today's number") as refused:
            explain(World())

        assert worded(refused.value.command) == f"explain 2020 {ROCHFORD} upheld --live"

    def test_a_subject_is_quoted_in_what_is_to_be_typed(self) -> None:
        with pytest.raises(UnexplainedError) as refused:
            explain(World(), "housing")

        assert worded(refused.value.command) == f"explain 2020 {ROCHFORD} subject:Housing --live"


class TestTodaysNumber:
    def test_it_lists_today_s_cases_and_what_has_become_of_the_frozen_ones(self) -> None:
        world = a_closed_world()
        world.record(
            a_withdrawal("1"),
            an_upheld_decision("3", version=2, satisfactory_remedy=True),
            an_upheld_decision("8"),
        )

        explained = explain(world, live=True)

        assert explained.value == 3
        assert [
            (each.case.reference, each.case.version, each.since) for each in explained.cases
        ] == [
            ("2", 1, SinceFreeze.UNCHANGED),
            ("3", 2, SinceFreeze.CHANGED),
            ("8", 1, SinceFreeze.ADDED),
        ]
        assert [(each.case.reference, each.since) for each in explained.differences] == [
            ("1", SinceFreeze.REMOVED),
            ("3", SinceFreeze.CHANGED),
            ("8", SinceFreeze.ADDED),
        ]

    def test_before_the_year_is_closed_nothing_is_a_difference(self) -> None:
        world = World()
        world.record(an_upheld_decision("1"))

        explained = explain(world, live=True)

        assert (explained.value, explained.revision, explained.differences) == (1, None, ())
        assert told(explained.cases) == [("1", SinceFreeze.UNCHANGED, "")]

    def test_an_authority_that_came_to_the_register_since_has_today_s_numbers(self) -> None:
        world = a_closed_world()
        new = TallyKey(AuthorityCode("E07000099"), YEAR)
        world.directory.authorities = a_register(*world.register.values(), "E07000099")
        world.record(an_upheld_decision("9", authority="E07000099"))

        explained = world.explain_figures().explain(new, "upheld", endless(), is_live=True)

        assert told(explained.differences) == [("9", SinceFreeze.ADDED, "version 1 counts since")]

    def test_a_tally_that_differs_from_its_cases_is_an_error(self) -> None:
        world = a_closed_world()
        assert isinstance(world.cases, DoctoredCaseStore)
        world.cases.doctor(HERE, a_tally(upheld=5))

        with pytest.raises(UnexplainedError, match="is 8 today, and its cases add up to 3"):
            explain(world, live=True)


def after(history: History, states: Iterable[CaseState]) -> list[CaseState]:
    """Return states as they would be recorded after a history: each as the version that is next."""
    last = {key: state.version for key, state in history.final.items()}
    following = []
    for state in states:
        last[state.key] = Version(last.get(state.key, 0) + 1)
        following.append(replace(state, version=last[state.key], previous_authorities=CODES))
    return following


def close_whatever_its_volume(world: World) -> None:
    """Close the year; a few cases made up at random are easily under half of the year before."""
    with suppress(YearNotClosedError):
        world.close()
        return
    volume = world.close_year().try_out(YEAR, AFTER_THE_YEAR, endless()).volume
    assert volume
    act = Act("A. Person", AFTER_THE_YEAR, "made up")
    AcceptVolume(world.volumes).accept(YEAR, volume, act)
    world.close()


@settings(max_examples=60)
@given(histories(), histories())
def test_any_number_is_the_sum_of_its_cases_and_the_differences_lead_from_then_to_now(
    before: History, since: History
) -> None:
    world = World(register=a_register(*CODES))
    world.record(*before.arrivals)
    close_whatever_its_volume(world)
    world.record(*after(before, since.arrivals))

    for number in NUMBERS:
        then, now = explain(world, number), explain(world, number, live=True)
        tally = world.cases.tallies([HERE]).get(HERE, Tally())
        frozen = world.frozen().figures.tally
        assert then.value == sum(frozen[measure] for measure in NUMBERS[number])
        assert now.value == sum(tally[measure] for measure in NUMBERS[number])
        assert then.differences == now.differences
        moved = [each.since for each in then.differences]
        assert now.value == then.value + moved.count(SinceFreeze.ADDED) - moved.count(
            SinceFreeze.REMOVED
        )
