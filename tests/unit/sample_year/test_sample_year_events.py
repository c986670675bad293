"""The events tell the same truth in any order, and hold all the trouble that a real year has."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.tallies import Tally, TallyKey
from annual_review.sample_year import SampleYear
from annual_review.sample_year.events import Envelope
from annual_review.sample_year.malformed import FLAWS

Simulate = Callable[[int], SampleYear]
Part = tuple[str, bool]
Detail = Mapping[str, Any]

FIELDS = {
    "Decision Recorded": (
        "schema_version case_reference version authority previous_authorities"
        " decided_on outcome satisfactory_remedy"
        " subject service_improvements public_report recorded_at"
    ),
    "Compliance Recorded": (
        "schema_version case_reference version authority previous_authorities"
        " recorded_on outcome recorded_at"
    ),
    "Decision Withdrawn": (
        "schema_version case_reference version authority previous_authorities"
        " withdrawn_on reason recorded_at"
    ),
}


def part_of(event: Envelope) -> Part:
    """Name the line of versions that an event belongs to."""
    return event["detail"]["case_reference"], event["detail-type"] == "Compliance Recorded"


def states_by_part(events: Iterable[Envelope]) -> dict[Part, dict[int, Detail]]:
    """Collect the distinct states of every part of every case, by version."""
    states: dict[Part, dict[int, Detail]] = defaultdict(dict)
    for event in events:
        detail = event["detail"]
        known = states[part_of(event)].setdefault(detail["version"], detail)
        assert known == detail, "two copies of one version differ"
    return states


def day_of(detail: Detail) -> str | None:
    """Return the day by which a state is counted, `None` for a withdrawal."""
    return detail.get("decided_on") or detail.get("recorded_on")


def year_of(day: str) -> int:
    """Return the reporting year of a day, computed from its spelling alone."""
    return int(day[:4]) + (day[5:] >= "04-01")


def folded(events: Iterable[Envelope]) -> dict[tuple[str, int], Counter[str]]:
    """Count what the highest versions say, by plain means and not by the domain's own."""
    counts: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for versions in states_by_part(events).values():
        final = versions[max(versions)]
        if day := day_of(final):
            count = counts[final["authority"], year_of(day)]
            count[final["outcome"]] += 1
            count["satisfactory_remedy"] += final.get("satisfactory_remedy", False)
            if "subject" in final:
                count["subject:" + final["subject"]] += 1
    return counts


def as_plain(tallies: Mapping[TallyKey, Tally]) -> dict[tuple[str, int], Counter[str]]:
    return {
        (key.authority, key.year.ends): Counter({str(name): tally[name] for name in tally})
        for key, tally in tallies.items()
    }


def test_folding_the_events_by_version_gives_the_expected_tallies(sample: SampleYear) -> None:
    assert folded(sample.events) == as_plain(sample.expected.tallies)


@pytest.mark.parametrize("shuffle", range(3))
def test_no_order_of_arrival_changes_the_tallies(shuffle: int, sample: SampleYear) -> None:
    events = list(sample.events)
    random.Random(shuffle).shuffle(events)
    assert folded(events) == as_plain(sample.expected.tallies)


def test_the_expected_counts_are_those_of_the_events(sample: SampleYear) -> None:
    expected = sample.expected
    states = states_by_part(sample.events)
    distinct = [detail for versions in states.values() for detail in versions.values()]
    withdrawals = sum("withdrawn_on" in detail for detail in distinct)
    highest: Counter[Part] = Counter()
    stale = 0
    for event in sample.events:
        part, version = part_of(event), event["detail"]["version"]
        stale += version < highest[part]
        highest[part] = max(highest[part], version)

    assert expected.events == len(sample.events)
    assert expected.final_states == len(states)
    assert expected.withdrawals == withdrawals
    assert expected.corrections == len(distinct) - len(states) - withdrawals
    assert expected.duplicates == len(sample.events) - len(distinct)
    assert expected.stale == stale
    assert expected.malformed == 0


def test_the_year_has_as_much_trouble_as_a_real_one(sample: SampleYear) -> None:
    expected = sample.expected
    assert 20_000 < expected.events < 21_000
    assert 15 < 1000 * expected.duplicates / expected.events < 30
    assert 25 < 1000 * expected.corrections / expected.final_states < 45
    assert 3 < 1000 * expected.withdrawals / expected.final_states < 10
    assert expected.stale > 50


def test_events_arrive_nearly_as_recorded_and_some_far_from_it(sample: SampleYear) -> None:
    recorded = [event["detail"]["recorded_at"] for event in sample.events]
    in_order = sorted(recorded)
    away = [abs(position - in_order.index(at)) for position, at in enumerate(recorded[:2000])]
    assert sorted(away)[len(away) // 2] < 100
    assert max(away) > 500


def test_every_event_has_all_fields_of_its_type(sample: SampleYear) -> None:
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    for event in sample.events:
        assert event["source"] == "ombudsman.casework"
        detail = event["detail"]
        assert " ".join(detail) == FIELDS[event["detail-type"]]
        assert detail["schema_version"] == 1
        assert re.fullmatch(r"\d{8}", detail["case_reference"])
        assert moment.fullmatch(detail["recorded_at"])
        assert (day_of(detail) or detail["withdrawn_on"]) <= detail["recorded_at"][:10]


def test_versions_count_from_one_and_are_recorded_one_after_the_other(sample: SampleYear) -> None:
    for versions in states_by_part(sample.events).values():
        assert sorted(versions) == list(range(1, len(versions) + 1))
        recorded = [versions[number]["recorded_at"] for number in sorted(versions)]
        assert recorded == sorted(set(recorded))


def test_corrections_move_cases_between_authorities_years_and_outcomes(sample: SampleYear) -> None:
    moves: Counter[str] = Counter()
    for versions in states_by_part(sample.events).values():
        states = [versions[number] for number in sorted(versions)]
        moves["authority"] += len({state["authority"] for state in states}) > 1
        moves["outcome"] += len({state.get("outcome") for state in states}) > 1
        moves["year"] += len({year_of(day) for state in states if (day := day_of(state))}) > 1
        moves["back from a withdrawal"] += any("withdrawn_on" in state for state in states[:-1])
        moves["withdrawn for good"] += "withdrawn_on" in states[-1]
        moves["three versions"] += len(states) > 2
    for kind in ("authority", "outcome", "year", "withdrawn for good", "three versions"):
        assert moves[kind] > 30, kind
    assert moves["back from a withdrawal"] > 10


def test_neighbouring_years_have_cases_up_to_the_very_edge(sample: SampleYear) -> None:
    finals = [versions[max(versions)] for versions in states_by_part(sample.events).values()]
    decided = Counter(final["decided_on"] for final in finals if "decided_on" in final)
    for edge in ("2019-03-31", "2019-04-01", "2020-03-31", "2020-04-01"):
        assert decided[edge] > 3, edge
    years = Counter({day: number for day, number in decided.items() if year_of(day) != 2020})
    assert 24 < sum(number for day, number in years.items() if year_of(day) == 2019) < 120
    assert 24 < sum(number for day, number in years.items() if year_of(day) == 2021) < 120


def test_some_compliance_outcomes_belong_to_decisions_of_the_year_before(
    sample: SampleYear,
) -> None:
    states = states_by_part(sample.events)
    finals = {part: versions[max(versions)] for part, versions in states.items()}
    years = Counter(
        (year_of(finals[reference, False]["decided_on"]), year_of(final["recorded_on"]))
        for (reference, is_compliance), final in finals.items()
        if is_compliance
    )
    assert years[2019, 2020] > 10
    assert years[2020, 2021] > 3
    assert years[2020, 2020] > 1900


def test_an_outcome_of_compliance_has_an_upheld_decision_of_the_same_authority(
    sample: SampleYear,
) -> None:
    states = states_by_part(sample.events)
    finals = {part: versions[max(versions)] for part, versions in states.items()}
    for (reference, is_compliance), final in finals.items():
        if is_compliance:
            decision = finals[reference, False]
            assert decision["outcome"] == "upheld"
            assert decision["authority"] == final["authority"]
            assert decision["decided_on"] <= final["recorded_on"]


def test_only_upheld_decisions_have_remedies_improvements_or_reports(sample: SampleYear) -> None:
    decisions = [event["detail"] for event in sample.events if "subject" in event["detail"]]
    for detail in decisions:
        if detail["outcome"] != "upheld":
            assert not detail["satisfactory_remedy"]
            assert detail["service_improvements"] == []
            assert detail["public_report"] is None
    assert 0 < sum(detail["public_report"] is not None for detail in decisions) < 100


def test_no_case_is_older_than_its_authority(sample: SampleYear, register: Register) -> None:
    for event in sample.events:
        authority = register[AuthorityCode(event["detail"]["authority"])]
        day = day_of(event["detail"])
        assert day is None or str(authority.in_being_from or "") <= day


def test_what_is_invented_says_so_and_names_nobody(sample: SampleYear) -> None:
    for event in sample.events:
        detail = event["detail"]
        texts = [*detail.get("service_improvements", ()), detail.get("reason", "Simulated:")]
        assert all(text.startswith("Simulated:") for text in texts)
        report = detail.get("public_report")
        assert report is None or report.startswith("https://reports.example/")


def test_another_seed_gives_another_year(sample: SampleYear, simulate: Simulate) -> None:
    assert simulate(1).events != sample.events


def test_the_same_seed_gives_the_same_bytes_in_another_process(
    sample: SampleYear, tmp_path: Path
) -> None:
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    sample.write_events(here)
    script = (
        "import sys, pathlib, conftest;"
        "conftest.simulated(2020).write_events(pathlib.Path(sys.argv[1]))"
    )
    path = [str(Path(__file__).parent), *filter(None, sys.path)]
    subprocess.run(
        [sys.executable, "-c", script, str(there)],
        # Strings hash differently there, so an order taken from a set would show.
        env=os.environ | {"PYTHONHASHSEED": "20", "PYTHONPATH": os.pathsep.join(path)},
        check=True,
    )
    assert here.read_bytes() == there.read_bytes()


def test_the_file_has_one_event_a_line(sample: SampleYear, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    sample.write_events(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(sample.events)


def test_malformed_events_come_only_when_asked_for_and_leave_the_others_alone(
    sample: SampleYear,
) -> None:
    spoilt = sample.with_malformed(2 * len(FLAWS))
    sound = {id(event) for event in sample.events}
    assert [event for event in spoilt.events if id(event) in sound] == list(sample.events)
    assert len(spoilt.events) == spoilt.expected.events == sample.expected.events + 2 * len(FLAWS)
    assert spoilt.expected.malformed == 2 * len(FLAWS)
    assert spoilt.expected.tallies == sample.expected.tallies
    bad = [event["detail"] for event in spoilt.events if id(event) not in sound]
    details = {json.dumps(event["detail"]) for event in sample.events}
    assert all(json.dumps(detail) not in details for detail in bad)
