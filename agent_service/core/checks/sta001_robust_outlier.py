"""STA001 Robust outlier.

**What it does** Reports a base line of the period whose amount lies far from what the same partner had on
the same account before.

**Why it matters** Accuracy: a slipped decimal point, a wrong currency, a bill of somebody else or a cost of
several periods in one shows first as an amount out of line.

**Method** x = ln(1+|amount|) by sign, partner and account over the 24 months before P; with fewer than
`sta_min_history` values by account and product; with fewer still there is no data. m = median of the last
twelve (of the last three where the level has moved), s = the larger of 1.4826·median|x−m| and
1.2533·mean|x−m|, at least ln 1.05. Flag |x−m|/s ≥ `outlier_z`, times 12/n with fewer than twelve values,
with an effect of at least `sta_min_share` of M, where no amount of those months was like it (within 2 s).
With 13 months of history the change against the same month last year must stand out too. Where the level has
moved only a value like it near the same month last year clears it. Example: bills of 398 to 420, then
4,100.00 → z about 47, one finding; the amount is the distance to the median.

**Budget** Of amounts that merely vary, lognormal or by two decades evenly, 2 to 10 lines in a thousand pass 6
of the median deviation's spreads, for a dozen values say little of a spread; 0.0 to 0.8 pass 6 of the larger
one, by 12/n less than 0.3. Amounts that are seldom far off (one in twenty) are known after two years.

**False positives** A season that comes every year; several months in one bill, when the label names their
number; a new price that later bills keep; small sales beside large ones.

**Source** ISA 520; robust z by Iglewicz and Hoaglin with a stricter cut (6, not 3.5) so that at most one
clean entry in a thousand is reported."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

import polars as pl

from agent_service.core.findings import Finding, Record
from agent_service.core.history import MONTH
from agent_service.core.labels import months_named
from agent_service.core.ledger import (
    CASH_TYPES,
    TRADE_TYPES,
    exchange_move_ids,
    move_label,
    own_move_ids,
    posted_lines,
)
from agent_service.core.model import Books
from agent_service.core.months import by_month, in_months, month
from agent_service.core.period import Period, add_months, month_index
from agent_service.core.policy import Policy
from agent_service.core.statistics import LAST, Baseline, amount_of, baseline, log_amount, median, scaled

CODE = "STA001"
TITLE = "Robust outlier"
SEVERITY = "medium"
WHY = "An amount far out of line is often a slipped decimal point, a wrong account or somebody else's bill."
REMEDY = "Look at the document; correct it, or explain why it is right this time."
PARAMETERS = {"outlier_z": Decimal(6), "sta_min_history": 8, "sta_min_share": Decimal("0.05")}
YIELDS_TO = ("EXF001", "ACC", "CLS")

HISTORY_MONTHS = 24
_OTHER_MONTHS = 6
_BY_PARTNER = ("partner_id", "account_id", "sign")
_BY_PRODUCT = ("account_id", "product_id", "sign")
_OWN_COLUMNS = ("id", "move_id", "date", "balance", "name", "partner_id", "account_id", "product_id")
_COLUMNS = (
    *_OWN_COLUMNS,
    *("move_name", "move_ref", "account_code", "account_name"),
)


@dataclass(frozen=True)
class _Line:
    id: int
    move_id: int
    day: date
    balance: int
    x: float
    label: str
    move: str
    partner_id: int | None
    account_id: int
    product_id: int | None
    account: str

    @property
    def sign(self) -> bool:
        return self.balance >= 0


@dataclass(frozen=True)
class _Group:
    """The values of one partner and account (or account and product), of one sign, in order of time."""

    history: Sequence[_Line]
    current: Sequence[_Line]
    basis: str


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each line out of line; the amount is its distance from the median."""
    parameters = policy.parameters(CODE, PARAMETERS)
    cut = float(parameters.decimal("outlier_z"))
    least = parameters.integer("sta_min_history")
    effect = policy.share(parameters.decimal("sta_min_share"))
    decimals = books.company.currency.decimals
    now = _base_lines(books, pl.col("date").is_between(period.start, period.as_of))
    by_partner = _baselines(books, now, period, _BY_PARTNER, least)
    without = [tuple(key) not in by_partner for key in now.select(_BY_PARTNER).iter_rows()]
    by_product = _baselines(
        books, now.filter(pl.Series(without, dtype=pl.Boolean)), period, _BY_PRODUCT, least
    )
    out: list[tuple[dict, Baseline, tuple[tuple[str, ...], str], int]] = []
    for row in now.filter(pl.col("partner_id").is_not_null()).iter_rows(named=True):
        for table, columns, basis in (
            (by_partner, _BY_PARTNER, "partner and account"),
            (by_product, _BY_PRODUCT, "account and product"),
        ):
            base, by = table.get(tuple(row[one] for one in columns)), (columns, basis)
            if base is not None:
                break
        if base is None:
            continue
        if not base.stands_out(log_amount(row["balance"], decimals), cut):
            continue
        away = abs(abs(row["balance"]) - round(amount_of(base.median) * 10**decimals))
        if away >= effect:
            out.append((row, base, by, away))
    begin = add_months(period.start, -HISTORY_MONTHS)
    months = pl.concat(
        [by_month(books, f"{CODE} totals", _month_totals, begin, period.start), _totals_of(now)]
    )
    if not out:
        return []
    ours = pl.col("account_id").is_in(_values(out, "account_id"))
    ours = ours & (
        pl.col("partner_id").is_in(_values(out, "partner_id"))
        | pl.col("product_id").is_in(_values(out, "product_id"))
    ).fill_null(value=False)
    lines = _base_lines(books, pl.col("date").is_between(begin, period.as_of), ours)
    totals: dict[tuple, dict[int, float]] = {}
    groups: dict[tuple, _Group] = {}
    found = []
    for row, base, by, away in out:
        line = _line(row, decimals)
        named = by[1], *(row[one] for one in by[0])
        group = groups[named] if named in groups else _group(lines, row, by, period, decimals)
        groups[named] = group
        key = line.account_id, line.sign
        if key not in totals:
            totals[key] = _account_totals(months, line, decimals)
        if not _innocent(line, group, base, period, totals[key], cut):
            found.append(_finding(books, line, group, base, away))
    return found


def _baselines(
    books: Books, now: pl.DataFrame, period: Period, columns: tuple[str, ...], least: int
) -> dict[tuple, Baseline]:
    """Return the baseline of each group that has a line in the period and history enough."""
    begin, decimals = add_months(period.start, -HISTORY_MONTHS), books.company.currency.decimals
    past = by_month(books, f"{CODE} {' '.join(columns)}", partial(_last_values, columns), begin, period.start)
    asked = now.select(columns).unique().drop_nulls()
    recent = (
        past.join(asked, on=list(columns), how="semi")
        .sort(MONTH)
        .group_by(columns, maintain_order=True)
        .agg(n=pl.col("n").sum(), recent=pl.col("recent").explode().tail(LAST))
        .filter(pl.col("n") >= least)
    )
    return {
        tuple(key): baseline([log_amount(one, decimals) for one in values])
        for *key, _n, values in recent.iter_rows()
    }


def _group(
    lines: pl.DataFrame, row: dict, by: tuple[tuple[str, ...], str], period: Period, decimals: int
) -> _Group:
    columns, basis = by
    members = lines.filter(pl.col(one) == row[one] for one in columns)
    made = [_line(one, decimals) for one in members.iter_rows(named=True)]
    return _Group(
        [one for one in made if one.day < period.start],
        [one for one in made if one.day >= period.start],
        basis,
    )


def _innocent(
    line: _Line, group: _Group, base: Baseline, period: Period, account: dict[int, float], cut: float
) -> bool:
    """Tell whether season, an amount like it, several months or a new price that was kept explains it."""
    usual = amount_of(base.median)
    named = months_named(line.label) | months_named(line.move)
    if any(abs(line.x - math.log1p(months * usual)) <= 2 * base.spread for months in named):
        return True
    others = [one for one in group.current if one.move_id != line.move_id]
    if len(others) >= 2 and all(abs(one.x - line.x) <= 2 * base.spread for one in others):
        return True
    change = _seasonal_z(group, period, account)
    if change is not None and abs(change) < cut:
        return True
    # What came before comes again: one such amount in a history of dozens is more than the one in thousands
    # that may be reported. Where the level moved it is no excuse that the old one was like this, unless a
    # year ago: where a year of changes can be compared only in the very month, else around it.
    last_year, around = month_index(add_months(period.start, -12)), 1 if change is None else 0
    return any(
        abs(one.x - line.x) <= 2 * base.spread
        and (not base.shifted or abs(month_index(one.day) - last_year) <= around)
        for one in group.history
    )


def _seasonal_z(group: _Group, period: Period, account: dict[int, float]) -> float | None:
    """Return how unusual this month's change against last year is; None when no year lies behind it."""
    own = _totals([*group.history, *group.current])
    now = month_index(period.start)
    if now - min(own) < 12 or now - 12 not in own:
        return None
    changes = _changes(own, now)
    if len(changes) < _OTHER_MONTHS:
        changes = _changes(account, now)
    if len(changes) < _OTHER_MONTHS:
        return None
    return scaled(changes).z(own[now] - own[now - 12])


def _totals(lines: Sequence[_Line]) -> dict[int, float]:
    """Return ln(1 + month's total) by running month."""
    sums: dict[int, float] = defaultdict(float)
    for one in lines:
        sums[month_index(one.day)] += amount_of(one.x)
    return {month: math.log1p(total) for month, total in sums.items()}


def _changes(totals: dict[int, float], now: int) -> list[float]:
    return [
        x - totals[month - 12] for month, x in sorted(totals.items()) if month < now and month - 12 in totals
    ]


def _values(out: Sequence[tuple], column: str) -> pl.Series:
    return pl.Series(sorted({row[column] for row, *_ in out} - {None}), dtype=pl.Int64).implode()


def _account_totals(months: pl.DataFrame, line: _Line, decimals: int) -> dict[int, float]:
    """Return ln(1 + month's total) by running month of a line's account and sign."""
    own = months.filter(pl.col("account_id") == line.account_id, pl.col("sign") == line.sign)
    rows = own.select(MONTH, "total").iter_rows()
    return {month_index(day): math.log1p(total / 10**decimals) for day, total in rows}


def _month_totals(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _totals_of(_lines_of(books, months))


def _totals_of(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.group_by(month(), "account_id", "sign").agg(total=pl.col("balance").abs().sum())


def _lines_of(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return books.once(("base lines", *months), lambda one: _numbers(_base_lines(one, in_months(months))))


def _numbers(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select("date", "balance", "sign", "partner_id", "account_id", "product_id")


def _last_values(columns: tuple[str, ...], books: Books, months: Sequence[date]) -> pl.DataFrame:
    """Return the last values of each month and group, as many as a baseline rests on, and how many it had."""
    lines = _lines_of(books, months)
    grouped = lines.drop_nulls(columns).group_by(month(), *columns, maintain_order=True)
    return grouped.agg(n=pl.len().cast(pl.Int64), recent=pl.col("balance").tail(LAST))


def _base_lines(books: Books, dated: pl.Expr, of: pl.Expr | None = None) -> pl.DataFrame:
    """Return the base lines of some days in order of time, without what may never be flagged."""
    accounts = books.frame("accounts")
    skipped = accounts.filter(pl.col("account_type").is_in([*CASH_TYPES, *TRADE_TYPES]))["id"]
    own = (
        dated
        & (pl.col("display_type").fill_null("product") == "product")
        & (pl.col("balance").fill_null(0) != 0)
        & ~pl.col("account_id").is_in(skipped.implode()).fill_null(value=False)
    )
    kept = posted_lines(books, None, own if of is None else of & own, _OWN_COLUMNS).filter(
        pl.col("move_origin_payment_id").is_null(),
        pl.col("move_statement_line_id").is_null(),
        pl.col("move_reversed_entry_id").is_null(),
        ~pl.col("move_id").is_in(books.once((CODE, "left out"), _left_out).implode()),
    )
    return kept.select(*_COLUMNS, sign=pl.col("balance") >= 0).sort("date", "id")


def _left_out(books: Books) -> pl.Series:
    """Return the entries that may never be flagged: exchange differences, our own, and what was reversed."""
    posted = books.where("moves", pl.col("state") == "posted", "reversed_entry_id")
    reversed_moves = posted["reversed_entry_id"].drop_nulls().to_list()
    left_out = exchange_move_ids(books) | own_move_ids(books) | set(reversed_moves)
    return pl.Series(sorted(left_out), dtype=pl.Int64)


def _line(row: dict, decimals: int) -> _Line:
    return _Line(
        id=row["id"],
        move_id=row["move_id"],
        day=row["date"],
        balance=row["balance"],
        x=log_amount(row["balance"], decimals),
        label=row["name"] or "",
        move=move_label(row["move_name"], row["move_ref"], row["move_id"]),
        partner_id=row["partner_id"],
        account_id=row["account_id"],
        product_id=row["product_id"],
        account=f"{row['account_code'] or ''} {row['account_name'] or ''}".strip(),
    )


def _finding(books: Books, line: _Line, group: _Group, base: Baseline, away: int) -> Finding:
    currency = books.company.currency
    z = Decimal(base.z(line.x)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    usual = currency.show(round(median([abs(one.balance) for one in group.history[-base.count :]])))
    nearest = sorted(group.history, key=lambda one: (abs(one.x - line.x), one.id))[:3]
    return Finding(
        facet="high" if base.z(line.x) > 0 else "low",
        anchor=Record("account.move.line", line.id, line.label or line.move),
        title=f"{line.move}: {currency.show(abs(line.balance))} is unusual on {line.account}",
        message=f"{line.move} of {line.day} has {currency.show(abs(line.balance))} on {line.account}, "
        f"usual are {usual} ({base.count} values by {group.basis}, z = {z}).",
        amount=away,
        records=(
            Record("account.move.line", line.id, line.label or line.move),
            Record("account.move", line.move_id, line.move),
        ),
        evidence={
            "basis": group.basis,
            "n": base.count,
            "z": str(z),
            "usual": usual,
            "level_moved": base.shifted,
            "values": [currency.text(abs(one.balance)) for one in group.history[-12:]],
            "nearest": [
                {"entry": one.move, "date": str(one.day), "amount": currency.text(abs(one.balance))}
                for one in nearest
            ],
        },
    )
