"""EXF009 Weekend or night posting.

**What it does** Reports a manual entry that was posted on a weekend, a holiday or at night. Facets:
*weekend*, *holiday*, *night*.

**Why it matters** Override of controls: what nobody should see is booked when nobody is there.

**Method** Manual entry from `odd_hours_min_amount` on with `posted_at` in P, turned to the company's time
zone:
Saturday, Sunday, a day of the policy's `holidays`, or within `night_hours`. Example: 8,000.00 posted on
Sunday,
18 October, at 23:40 → *weekend*.

**False positives** Imports, recurring entries and other programs; a person whose habit it is; the days of
the close that the policy names (`close_days`).

**Source** Journal-entry tests of ISA 240; chatter tracking of `state`."""

import polars as pl

from agent_service.core.clock import local
from agent_service.core.errors import PolicyError
from agent_service.core.exempt import exempt
from agent_service.core.facts import SYSTEM_LOGINS, about_entry, in_period, posted_entries, user_names
from agent_service.core.findings import Finding
from agent_service.core.habit import not_habitual
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "EXF009"
TITLE = "Weekend or night posting"
SEVERITY = "low"
WHY = "Entries made when nobody is there are the ones that somebody wants unseen."
REMEDY = "Have the poster explain it."
PARAMETERS = {"night_hours": "22-6", "odd_hours_min_amount": "0.05 M", "habit_share_pct": 5}
YIELDS_TO = ("CUT004",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is its size."""
    own = policy.parameters(CODE, PARAMETERS)
    least = policy.amount(own, "odd_hours_min_amount")
    books.need("moves", "posted_at")
    begin, end = _hours(str(own.values["night_hours"]))
    robots = [key for key, login in user_names(books).items() if login.lower() in SYSTEM_LOGINS]
    judged = (
        posted_entries(books)
        .filter(
            pl.col("manual"),
            ~exempt(CODE),
            pl.col("posted_at").is_not_null(),
            ~pl.col("posted_by").is_in(robots).fill_null(value=False),
        )
        .with_columns(moment=local("posted_at", policy.timezone))
        .with_columns(day=pl.col("moment").dt.date(), hour=pl.col("moment").dt.hour())
    )
    holidays = policy.words("holidays")
    day = pl.col("day").cast(pl.String)
    hour = pl.col("hour")
    night = (hour >= begin) | (hour < end) if begin > end else (hour >= begin) & (hour < end)
    judged = judged.with_columns(
        facet=pl.when(pl.col("day").dt.weekday() >= 6)
        .then(pl.lit("weekend"))
        .when(day.is_in(holidays))
        .then(pl.lit("holiday"))
        .when(night)
        .then(pl.lit("night"))
    ).with_columns(odd=pl.col("facet").is_not_null())
    found = judged.filter("odd", in_period(period), pl.col("size") >= least, ~_close_day(policy, day))
    found = not_habitual(
        found, judged, "odd", period, float(own.decimal("habit_share_pct")), ("journal_id", "posted_by")
    )
    users = user_names(books)
    return [
        about_entry(
            books,
            row["id"],
            row["facet"],
            f"{{}} was posted at an odd hour ({row['facet']})",
            f"{{}} over {books.show(row['size'])} was posted on {row['moment']:%A, %Y-%m-%d at %H:%M}"
            f"{' by ' + users[row['posted_by']] if row['posted_by'] in users else ''}.",
            amount=row["size"],
            evidence={"posted_at": row["posted_at"], "local": f"{row['moment']:%Y-%m-%d %H:%M}"},
        )
        for row in found.sort("id").iter_rows(named=True)
    ]


def _close_day(policy: Policy, day: pl.Expr) -> pl.Expr:
    """Tell whether a day is one of the close: dates, or days of the month."""
    named = policy.words("close_days")
    months = [one.zfill(2) for one in named if one.isdigit() and len(one) <= 2]
    return day.is_in(named) | day.str.slice(8, 2).is_in(months)


def _hours(text: str) -> tuple[int, int]:
    begin, _dash, end = text.partition("-")
    if not (begin.strip().isdigit() and end.strip().isdigit()):
        raise PolicyError(f"{CODE}: night_hours should be like 22-6, not {text!r}")
    return int(begin), int(end)
