"""One sample for the tests that only read it."""

import pytest

from agent_service.sample import generate


@pytest.fixture(scope="session")
def sample() -> generate.Sample:
    return generate.make()
