"""An act is planned, shown, carried out once, and tells how it ends, whatever that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

import pytest

from annual_review.desk import acts
from annual_review.desk.acts import Acts, ActState, Outcome, ProposedAct, Row
from annual_review.services.errors import RefusalError, UnavailableError
from annual_review.services.progress import Progress

PLANNED = Outcome("One would be done.", [Row("one")])


@dataclass
class Proposal:
    """Something to be done, as a test has it."""

    planning: Callable[[], Outcome] = lambda: PLANNED
    doing: Callable[[Progress], Outcome] = lambda _: Outcome("One is done.")
    title: str = "Do it"
    back: str = "/"
    done: list[int] = field(default_factory=list)

    def plan(self) -> Outcome:
        return self.planning()

    def carry_out(self, step: Progress) -> Outcome:
        self.done.append(1)
        return self.doing(step)


def ended(act: ProposedAct) -> ProposedAct:
    act.confirm()
    act.wait()
    return act


def test_it_is_done_once_however_often_it_is_confirmed() -> None:
    proposal = Proposal()
    act = Acts().propose(proposal)
    assert (act.state, act.planned, proposal.done) == (ActState.PROPOSED, PLANNED, [])
    for _ in range(3):
        ended(act)
    assert (act.state, act.outcome, proposal.done) == (ActState.DONE, Outcome("One is done."), [1])


def test_what_would_do_something_else_by_now_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = Proposal()
    act = Acts().propose(proposal)
    other = Outcome("Two would be done.", [Row("one"), Row("two")])
    monkeypatch.setattr(proposal, "planning", lambda: other)
    ended(act)
    assert (act.state, act.before, act.planned) == (ActState.PROPOSED, PLANNED, other)
    assert proposal.done == []
    assert ended(act).state is ActState.DONE


def test_a_plan_that_takes_long_has_a_page_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "_SECONDS_FOR_A_PLAN", 0.0)
    goes_on = Event()

    def planning() -> Outcome:
        goes_on.wait()
        return PLANNED

    act = Acts().propose(Proposal(planning))
    act.confirm()
    assert (act.state, act.is_under_way) == (ActState.PLANNING, True)
    goes_on.set()
    act.wait()
    assert act.state is ActState.PROPOSED


def test_it_tells_how_far_it_has_come() -> None:
    told, goes_on = Event(), Event()

    def doing(step: Progress) -> Outcome:
        step(2, 3)
        told.set()
        goes_on.wait()
        return Outcome("Three are done.")

    act = Acts().propose(Proposal(doing=doing))
    act.confirm()
    told.wait()
    assert (act.state, act.done, act.all) == (ActState.RUNNING, 2, 3)
    goes_on.set()
    act.wait()
    assert act.state is ActState.DONE


def test_what_would_be_refused_is_no_act() -> None:
    def planning() -> Outcome:
        raise RefusalError("not before the day")

    kept = Acts()
    with pytest.raises(RefusalError, match="not before the day"):
        kept.propose(Proposal(planning))


@pytest.mark.parametrize(
    ("error", "state", "told"),
    [
        (RefusalError("somebody was quicker"), ActState.REFUSED, "somebody was quicker"),
        (UnavailableError("no answer"), ActState.FAILED, "no answer (UnavailableError)"),
        (ValueError("the text of a letter"), ActState.FAILED, "The desk failed: ValueError."),
    ],
)
def test_how_it_ended_is_told_and_what_stands_in_letters_is_not(
    error: Exception, state: ActState, told: str
) -> None:
    def doing(_: Progress) -> Outcome:
        raise error

    act = ended(Acts().propose(Proposal(doing=doing)))
    assert act.state is state
    assert told in act.problem
    assert "the text of a letter" not in act.problem


def test_the_latest_acts_are_kept_and_nothing_under_way_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(acts, "_MOST_KEPT", 2)
    kept = Acts()
    first, second, third = (kept.propose(Proposal()) for _ in range(3))
    assert [kept.get(each.id) for each in (first, second, third)] == [None, second, third]
    waited: list[ProposedAct] = []

    def wait(act: ProposedAct) -> None:
        waited.append(act)

    monkeypatch.setattr(ProposedAct, "wait", wait)
    kept.wait()
    assert waited == [second, third]
