"""CUT004 Posted after close.

**What it does** Reports an entry that was posted into a period after that period had been locked.

**Why it matters** The close itself: what was signed is no longer what stands in the books.

**Method** Posted entries whose `date` a lock covers and whose `posted_at` is later than that lock, for
whichever
locked period; spared while an approved reopening names the entry and its window holds `posted_at`. Example:
September locked on 6 October at 18:00, an entry of 30 September posted on 9 October → one finding.

**False positives** An approved reopening that names this entry; imported history.

**Source** Journal-entry tests of ISA 240 (post-closing entries); lock dates of `res.company`."""

import polars as pl

from agent_service.core.clock import local
from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, posted_entries, user_names
from agent_service.core.findings import Finding
from agent_service.core.locks import locks_table
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CUT004"
TITLE = "Posted after close"
SEVERITY = "critical"
UNIT = "entry"
WHY = "What was signed at the close is no longer what stands in the books."
REMEDY = "Reverse it into the open period, and find out how it got past the lock."


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is its size."""
    locks = locks_table(books, policy)
    books.need("moves", "posted_at")
    posted = (
        posted_entries(books)
        .lazy()
        .filter(~exempt(CODE), pl.col("date") <= max(one.through for one in locks))
        .with_columns(posted=local("posted_at", policy.timezone))
        .drop_nulls(["posted", "date"])
    )
    late = pl.lit(value=False)
    for one in locks:
        late = late | ((pl.col("date") <= one.through) & (pl.col("posted") > one.locked_at))
    rows = posted.filter(late).sort("id").collect()
    users, allowed = user_names(books), _reopened(books, policy)
    found = []
    for row in rows.iter_rows(named=True):
        if any(begin <= row["posted"] <= end for begin, end in allowed.get(row["id"], ())):
            continue
        lock = next(one for one in locks if row["date"] <= one.through and row["posted"] > one.locked_at)
        who = users.get(row["posted_by"] or 0, "")
        found.append(
            about_entry(
                books,
                row["id"],
                "posted",
                f"{{}} of {row['date']} was posted after the close",
                f"{{}} of {row['date']} over {books.show(row['size'])} was posted on "
                f"{row['posted']:%Y-%m-%d %H:%M}"
                f"{f' by {who}' if who else ''}; the books were locked through {lock.through} on "
                f"{lock.locked_at:%Y-%m-%d %H:%M}.",
                amount=row["size"],
                evidence={
                    "posted_at": row["posted_at"],
                    "posted_by": who,
                    "locked_through": str(lock.through),
                    "locked_at": f"{lock.locked_at:%Y-%m-%d %H:%M}",
                },
            )
        )
    return found


def _reopened(books: Books, policy: Policy) -> dict[int, list[tuple]]:
    """Return the windows in which an approved reopening let an entry in."""
    if not books.has("reopenings"):
        return {}
    rows = books.frame("reopenings").filter(
        pl.col("approved_by").is_not_null(), pl.col("move_id").is_not_null()
    )
    rows = rows.with_columns(b=local("begin", policy.timezone), e=local("end", policy.timezone)).drop_nulls(
        ["b", "e"]
    )
    found: dict[int, list[tuple]] = {}
    for move, begin, end in rows.select("move_id", "b", "e").iter_rows():
        found.setdefault(move, []).append((begin, end))
    return found
