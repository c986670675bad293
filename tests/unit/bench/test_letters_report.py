from __future__ import annotations

from infrastructure.bench.letters import (
    BARE,
    PRINTED,
    RENDERED,
    WEASYPRINT,
    LetterMeasurements,
    LetterSpeed,
)
from infrastructure.bench.letters_report import HEADING, letters_report


def a_speed(way: str, *turns: list[float]) -> LetterSpeed:
    return LetterSpeed(way, list(turns))


def measurements(*speeds: LetterSpeed) -> LetterMeasurements:
    return LetterMeasurements(2, {each.way: each for each in speeds})


THREE = (
    a_speed(BARE, [0.010, 0.010]),
    a_speed(PRINTED, [0.011, 0.013]),
    a_speed(RENDERED, [0.017, 0.023]),
)


def page(*speeds: LetterSpeed) -> str:
    return letters_report("make bench", [("Memory", "4 GiB")], measurements(*speeds))


def test_every_way_is_compared_with_bare_typst_and_with_weasyprint() -> None:
    written = page(*THREE, a_speed(WEASYPRINT, [0.150, 0.150]))

    assert written.startswith(HEADING)
    assert "| Memory | 4 GiB |" in written
    assert "| bare typst | 100.0 | 10.0 | 1.00 | 15.0 |" in written
    assert "| PDF (ours) | 83.3 | 12.0 | 1.20 | 12.5 |" in written
    assert "| whole letter (ours) | 50.0 | 20.0 | 2.00 | 7.5 |" in written
    assert "| WeasyPrint | 6.7 | 150.0 | 15.00 | 1.0 |" in written
    assert "misses" not in written


def test_an_aim_that_is_missed_is_called_missed() -> None:
    slow = (THREE[0], a_speed(PRINTED, [0.013, 0.014]), THREE[2])

    written = page(*slow, a_speed(WEASYPRINT, [0.1, 0.1]))

    assert written.replace("\n", " ").count("misses that aim") == 2


def test_without_weasyprint_nothing_is_said_about_it() -> None:
    written = page(*THREE)

    assert "| PDF (ours) | 83.3 | 12.0 | 1.20 | not measured |" in written
    assert "as fast as WeasyPrint" not in written


def test_a_turn_in_which_something_else_kept_the_machine_busy_moves_no_ratio() -> None:
    ours, bare = (
        a_speed(PRINTED, [2.0, 2.0], [90.0, 9.0], [3.0, 3.0]),
        a_speed(BARE, [1.0, 1.0], [1.0, 1.0], [2.0, 2.0]),
    )

    assert ours.times(bare) == 2.0
    assert ours.letters_a_second == 6 / 109
