"""A client made of what is kept of the SDK's data is the client that the SDK makes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, Shape, StructureShape

from infrastructure.layers.contents import contents_of
from infrastructure.layers.sdk_data import SdkError, sdk_data
from infrastructure.local.project import ROOT

WHOLE = Path(botocore.__file__).parent / "data"
SERVICES = ["dynamodb", "lambda", "s3", "sesv2", "sqs"]
REGIONS = ("eu-west-2", "us-east-1", "us-gov-west-1", "cn-north-1")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name, content in sdk_data(WHOLE, SERVICES).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def sessions(kept: Path) -> dict[bool, botocore.session.Session]:
    """One that knows what is kept, and one that knows all; what they have read they keep."""
    of_what_is_kept, of_all = botocore.session.Session(), botocore.session.Session()
    loader = Loader(extra_search_paths=[str(kept)], include_default_search_paths=False)
    of_what_is_kept.register_component("data_loader", loader)
    return {True: of_what_is_kept, False: of_all}


@pytest.fixture
def clients(
    sessions: dict[bool, botocore.session.Session], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    def make(service: str, region: str, *, of_what_is_kept: bool) -> Any:  # noqa: ANN401
        made = sessions[of_what_is_kept].create_client(service, region_name=region)
        opened.append(made)
        return made

    opened: list[Any] = []
    yield make
    for each in opened:
        each.close()


def shape_of(shape: Shape | None, seen: frozenset[str] = frozenset()) -> object:
    """What a client reads of a shape, and of those in it."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    below = seen | {shape.name}
    members: object = None
    if isinstance(shape, StructureShape):
        members = {name: shape_of(each, below) for name, each in shape.members.items()}
    elif isinstance(shape, ListShape):
        members = shape_of(shape.member, below)
    elif isinstance(shape, MapShape):
        members = (shape_of(shape.key, below), shape_of(shape.value, below))
    return (shape.name, shape.type_name, shape.serialization, shape.metadata, members)


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_takes_and_gives_the_same(clients: Any, service: str) -> None:  # noqa: ANN401
    kept, whole = (
        clients(service, REGIONS[0], of_what_is_kept=each).meta.service_model
        for each in (True, False)
    )
    assert kept.operation_names == whole.operation_names
    for name in whole.operation_names:
        ours, theirs = kept.operation_model(name), whole.operation_model(name)
        assert ours.http == theirs.http
        assert shape_of(ours.input_shape) == shape_of(theirs.input_shape)
        assert shape_of(ours.output_shape) == shape_of(theirs.output_shape)
        assert {e.name for e in ours.error_shapes} == {e.name for e in theirs.error_shapes}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_client_calls_the_same_address(clients: Any, service: str, region: str) -> None:  # noqa: ANN401
    kept, whole = (clients(service, region, of_what_is_kept=each).meta for each in (True, False))
    assert kept.endpoint_url == whole.endpoint_url
    assert kept.config.signature_version == whole.config.signature_version


def test_these_are_the_services_that_functions_call() -> None:
    called = {name for each in contents_of(ROOT).values() for name in each.services}
    assert called == set(SERVICES)


def test_nothing_is_kept_of_a_service_that_is_not_called(kept: Path) -> None:
    assert sorted(path.name for path in kept.iterdir() if path.is_dir()) == SERVICES


def test_a_service_that_the_sdk_does_not_know_is_named() -> None:
    with pytest.raises(SdkError, match="carrier-pigeon"):
        sdk_data(WHOLE, ["carrier-pigeon"])


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_client_is_set_by_is_read(clients: Any, service: str) -> None:  # noqa: ANN401
    """S3 asks for it with its first call, and wants even its documentation."""
    kept, whole = (
        clients(service, REGIONS[0], of_what_is_kept=each).meta.service_model
        for each in (True, False)
    )
    ours, theirs = kept.client_context_parameters, whole.client_context_parameters
    assert [(each.name, each.type) for each in ours] == [(each.name, each.type) for each in theirs]
