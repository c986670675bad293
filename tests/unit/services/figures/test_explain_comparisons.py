"""A comparison leads to the authorities of its pool, as it was frozen and as it is today."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.statistics import Statistic, StatisticName, statistics_of
from annual_review.services.figures.explain_comparisons import (
    ComparisonExplanation,
    PoolDifference,
    rate_named,
)
from annual_review.services.figures.explain_figures import UnexplainedError
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_register,
    a_withdrawal,
)
from tests.fakes.patience import endless
from tests.unit.services.figures.test_explain_figures import HERE, a_closed_world
from tests.worlds import AFTER_THE_YEAR, World


class TestAComparison:
    def compare(
        self, world: World, rate: str = "uphold-rate", *, live: bool = False
    ) -> ComparisonExplanation:
        return world.explain_comparisons().explain(YEAR, AuthorityType.DISTRICT, rate, is_live=live)

    def test_it_lists_the_authorities_of_the_pool_that_add_up_to_what_is_printed(self) -> None:
        explained = self.compare(a_closed_world())

        assert [(each.code, each.statistic) for each in explained.pool] == [
            (ROCHFORD, Statistic(3, 4)),
            (OTHER_DISTRICT, Statistic(1, 1)),
        ]
        assert explained.statistic == Statistic(4, 5)
        assert explained.differences == ()

    def test_today_s_differs_from_the_frozen_one_by_the_authorities_that_it_names(self) -> None:
        world = a_closed_world()
        world.record(a_withdrawal("6", authority=OTHER_DISTRICT))
        difference = PoolDifference(
            OTHER_DISTRICT, f"Council {OTHER_DISTRICT}", Statistic(1, 1), Statistic(0, 0)
        )

        then, now = self.compare(world), self.compare(world, live=True)

        assert (then.statistic, now.statistic) == (Statistic(4, 5), Statistic(3, 4))
        assert then.differences == now.differences == (difference,)

    @pytest.mark.parametrize("rate", StatisticName)
    def test_every_rate_is_that_of_the_domain(self, rate: StatisticName) -> None:
        world = a_closed_world()
        tally = world.cases.tallies([HERE])[HERE]

        own = self.compare(world, rate, live=True).pool[0].statistic

        assert own == statistics_of(tally)[rate]
        assert own == self.compare(world, rate).pool[0].statistic

    def test_an_authority_that_joined_the_pool_since_is_a_difference(self) -> None:
        world = a_closed_world()
        world.directory.authorities = a_register(*world.register.values(), "E07000099")

        assert self.compare(world).differences == (
            PoolDifference(AuthorityCode("E07000099"), "Council E07000099", None, Statistic(0, 0)),
        )

    def test_a_pool_that_does_not_add_up_is_an_error(self) -> None:
        world = World()
        service = world.close_year()
        examined = service.examine(YEAR, AFTER_THE_YEAR, endless())
        pools = dict(examined.figures.pools)
        pools[AuthorityType.DISTRICT] = dict.fromkeys(StatisticName, Statistic(1, 2))
        wrong = replace(examined.figures, pools=pools)
        service.freeze(replace(examined, figures=wrong), AFTER_THE_YEAR)

        with pytest.raises(UnexplainedError, match="1 of 2, and its pool adds up to 0 of 0"):
            self.compare(world)

    def test_a_statistic_that_was_not_known_when_the_year_was_frozen_is_explained_live_alone(
        self,
    ) -> None:
        world = World()
        service = world.close_year()
        examined = service.examine(YEAR, AFTER_THE_YEAR, endless())
        pools = dict(examined.figures.pools)
        known = dict(pools[AuthorityType.DISTRICT])
        del known[StatisticName.COMPLIANCE_RATE]
        pools[AuthorityType.DISTRICT] = known
        before = replace(examined.figures, pools=pools)
        service.freeze(replace(examined, figures=before), AFTER_THE_YEAR)

        with pytest.raises(UnexplainedError, match="frozen without the compliance rate; today"):
            self.compare(world, "compliance_rate")
        assert self.compare(world, "compliance_rate", live=True).differences == ()

    def test_what_is_not_compared_is_refused(self) -> None:
        world = a_closed_world()

        with pytest.raises(UnexplainedError, match="type other are not compared"):
            world.explain_comparisons().explain(YEAR, AuthorityType.OTHER, "uphold-rate")
        with pytest.raises(UnexplainedError, match="no comparison 'upheld'"):
            rate_named("upheld")
        with pytest.raises(UnexplainedError, match="not closed"):
            self.compare(World())
        assert self.compare(World(), live=True).revision is None
