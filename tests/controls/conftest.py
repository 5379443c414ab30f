"""How much is attempted: a sample by default, all with AI_CLOSE_CONTROLS=all."""

import os
import random

import pytest

EVERYTHING = "all"


def amount() -> str:
    """Return `sample` or `all`."""
    return os.environ.get("AI_CLOSE_CONTROLS") or "sample"


def seed() -> int:
    """Return the seed of this session; workers of one session share it."""
    if not os.environ.get("AI_CLOSE_SEED"):
        os.environ["AI_CLOSE_SEED"] = str(random.SystemRandom().randrange(10**6))
    return int(os.environ["AI_CLOSE_SEED"])


@pytest.fixture(scope="session")
def full() -> bool:
    """Tell whether everything is attempted."""
    return amount() == EVERYTHING


@pytest.fixture(scope="session")
def random_seed() -> int:
    """The seed of this session."""
    return seed()
