"""Waits until what was committed in a database is settled for the agent.

A run takes changes whose transaction lies below every one that is still open, in any database of the same
PostgreSQL.  Beside other tests, whose transactions stay open for a minute, a change would be the next run's.
"""

import time

from tools import postgres

_SETTLED = "SELECT coalesce(pg_snapshot_xmin(pg_current_snapshot()) > max(xid), true) FROM ai_close_change"


def wait_until_settled(database: str, seconds: float = 600) -> None:
    """Return when no transaction is open that is older than a change in this database."""
    end = time.monotonic() + seconds
    while postgres.TEST.sql(_SETTLED, db=database).strip() != "t":
        if time.monotonic() > end:
            raise TimeoutError(f"{database}: an old transaction stays open, nothing settles")
        time.sleep(0.2)
