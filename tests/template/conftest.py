import pytest

from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import read_template
from tests.template.deployed import Deployed


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    return Deployed(read_template(TEMPLATE))
