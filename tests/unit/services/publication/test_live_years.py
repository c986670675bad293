"""Today's figures of a year, in the shape of a public one."""

from __future__ import annotations

from datetime import date

import pytest

from annual_review.services.publication.live_years import LiveYears, NothingCountedError
from tests.builders import ROCHFORD, YEAR, a_register, an_authority
from tests.publishing import ON_THE_DAY, Publishing
from tests.worlds import World


def test_a_year_in_which_no_authority_was_in_being_is_refused() -> None:
    ended = an_authority(ROCHFORD, in_being_to=date(2019, 3, 31))
    publishing = Publishing(World(register=a_register(ended)))
    live = LiveYears(
        publishing.world.cases,
        publishing.world.directory,
        publishing.history,
        publishing.standings,
        publishing.gather(),
    )

    with pytest.raises(NothingCountedError, match="no authority that was in being in 2020"):
        live.up_to(YEAR, ON_THE_DAY)
