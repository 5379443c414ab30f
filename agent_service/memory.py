"""How the columns' allocator keeps memory between two steps: told before polars is loaded, for it asks once.

A run makes and drops columns of a million rows many times a second. By polars' own setting what was dropped
goes back to the system after half a second, and comes again a page of 4 KiB at a time, which took a tenth of
a night's processor time. So memory is kept for ten seconds, as the allocator does by itself, and taken in
large pages where the system has them. What an operator sets under the same names wins.
"""

import os
from collections.abc import MutableMapping

SETTINGS = {"POLARS_THP": "1", "_RJEM_MALLOC_CONF": "dirty_decay_ms:10000"}


def settle(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what isn't set; in a process that has polars already it changes nothing."""
    for name, value in SETTINGS.items():
        environment.setdefault(name, value)
