"""What a cold start costs, held by counts that are the same in every run on every machine."""

import pytest

from infrastructure.bench.start import Start, starts
from infrastructure.layers.contents import SHARED, TYPESETTER, functions_of
from infrastructure.local.packaging import BuildPaths, Packages, package
from infrastructure.local.project import ROOT, build_paths

pytestmark = pytest.mark.local

MB = 10**6


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> BuildPaths:
    return build_paths(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def packages(paths: BuildPaths) -> Packages:
    return package(paths)


@pytest.fixture(scope="module")
def measured(paths: BuildPaths, packages: Packages) -> dict[str, Start]:
    assert packages.layers
    return {each.function: each for each in starts(paths)}


AT_MOST = {
    "close_year": 1.45,
    "prepare_letter": 1.65,
    "publish_year": 1.43,
    "record_decisions": 1.43,
    "release_letters": 1.38,
    "send_letter": 1.35,
    "track_delivery": 1.37,
    "watch_letters": 1.43,
}
"""Of calls, which weigh more than the time they take: decision 22 says what that is."""


@pytest.mark.parametrize("function", functions_of(ROOT))
def test_a_function_starts_with_little_more_than_the_sdk_does_alone(
    measured: dict[str, Start], function: str
) -> None:
    assert measured[function].ratio <= AT_MOST[function], measured[function]


@pytest.mark.parametrize(("layer", "most"), [(SHARED, 33 * MB), (TYPESETTER, 105 * MB)])
def test_a_layer_is_no_larger_than_it_has_to_be(
    paths: BuildPaths, packages: Packages, layer: str, most: int
) -> None:
    assert packages.layers[layer].exists()
    assert paths.unpacked(layer) <= most


def test_the_code_of_a_function_is_a_note(packages: Packages) -> None:
    assert packages.functions.stat().st_size < 1000
