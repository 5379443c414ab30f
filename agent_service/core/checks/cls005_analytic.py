"""CLS005 Analytic missing.

**What it does** Reports lines that need an analytic distribution and lack it. Facets: *missing*, *shares*
(they don't sum to 100 %).

**Why it matters** Classification: the cost is in no department's and no project's result.

**Method** Posted base lines of P on accounts that the policy's `analytic_required` names by the beginning
of their code.
One finding an entry and facet. Example: prefix "6", a bill of 120.00 on 6300 without distribution → 120.00.

**False positives** Tax, payment-term, rounding and cost-of-goods lines; a plan that was optional.

**Source** `account.analytic.applicability`; Odoo checks it only with `validate_analytic`."""

import re
from decimal import Decimal

import polars as pl

from agent_service.core.errors import NoData
from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_since
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CLS005"
TITLE = "Analytic missing"
SEVERITY = "medium"
UNIT = "entry"
WHY = "A cost without its department or project is in nobody's result."
REMEDY = "Complete the distribution."

_SHARE = re.compile(r":\s*\"?(-?\d+(?:\.\d+)?)\"?\s*[,}]")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry and facet; the amount is the sum of its lines."""
    wanted = [
        str(one.get("account_prefix") or "")
        for one in policy.settings.get("analytic_required") or ()
        if one.get("company") in (None, books.company.id)
    ]
    if not wanted:
        raise books.lacking("the policy names no accounts that need an analytic distribution")
    if not books.has("lines", "analytic"):
        raise NoData("no data: lines come without analytic")
    told = books.frame("lines").select("id", "analytic")
    named = pl.any_horizontal([pl.col("account_code").fill_null("").str.starts_with(one) for one in wanted])
    lines = (
        posted_since(books, period.start)
        .filter(
            in_period(period),
            pl.col("kind") == "product",
            named,
            pl.col("balance").fill_null(0) != 0,
            ~exempt(CODE),
        )
        .join(told, on="id", how="left")
    )
    sums = {text: _sound(text) for text in lines["analytic"].unique().to_list()}
    odd = lines.with_columns(
        facet=pl.col("analytic").replace_strict(sums, default="missing", return_dtype=pl.String)
    ).filter(pl.col("facet") != "")
    return (
        [
            about_entry(
                books,
                part["move_id"][0],
                part["facet"][0],
                "{}: no analytic distribution"
                if part["facet"][0] == "missing"
                else "{}: analytic shares are not 100 %",
                f"{part.height} line{'s' * (part.height > 1)} of {{}} on {part['account_code'][0]} "
                + (
                    "lack the distribution that the account needs."
                    if part["facet"][0] == "missing"
                    else "have shares that don't sum to 100 %."
                ),
                amount=int(part["balance"].abs().sum()),
                lines=tuple(part["id"].to_list()),
                evidence={
                    "account": part["account_code"][0] or "",
                    "distribution": part["analytic"][0] or "",
                },
            )
            for part in odd.sort("move_id", "facet", "id").partition_by(
                "move_id", "facet", maintain_order=True
            )
        ]
        if odd.height
        else []
    )


def _sound(text: str | None) -> str:
    """Return "" for a distribution over 100 %, else what is wrong with it."""
    shares = [Decimal(one) for one in _SHARE.findall(text or "")]
    if not shares:
        return "missing"
    return "" if abs(sum(shares) - 100) <= Decimal("0.01") else "shares"
