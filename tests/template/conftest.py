import pytest

from infrastructure.local.project import TEMPLATE
from tests.template.deployed import Deployed
from tests.template.whole import whole_template


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    return Deployed(whole_template(TEMPLATE))
