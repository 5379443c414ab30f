"""Waiting for what is written a moment after an answer: asked for until it fits, never slept for."""

import time
from collections.abc import Callable
from typing import Any

from tests.support.demo import Demo


def wait_for(books: Demo, query: str, fits: Callable[[Any], bool], seconds: float = 120) -> Any:
    """Return what a query gives as soon as it fits, and what it gives at the end where it never does."""
    end = time.monotonic() + seconds
    while not fits(found := books.sql(query)) and time.monotonic() < end:
        time.sleep(0.1)
    return found
