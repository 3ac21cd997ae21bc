import pytest

from tests.voting.sealed.belenios import Belenios
from tests.voting.sealed.stages import Stages, run_election


@pytest.fixture(scope="package")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return run_election(Belenios(tmp_path_factory.mktemp("belenios")))
