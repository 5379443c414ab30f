"""One cause, one row: which findings have a cause in common, and how severe they are together.

A cause's key is its kind, the company, the period and an anchor: an order, a partner, a journal, a user, an
account, a currency or the company. Members keep their own keys, amounts and severities. A finding whose cause
no other shares has none.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from agent_service.core.facts import account_names, partner_names, user_names
from agent_service.core.findings import SEVERITIES, Cause, Finding, group_severity
from agent_service.core.links import ORDERS, Links
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

ORDER, PARTNER, JOURNAL, USER = "order", "res.partner", "account.journal", "res.users"
ACCOUNT, CURRENCY, COMPANY = "account.account", "res.currency", "res.company"

BY: dict[str, str] = {
    **dict.fromkeys(("ACC001", "ACC002", "CUT002"), ORDER),
    **dict.fromkeys(
        (
            "ACC001:no_order", "ACC003", "ACC004", "ACC008", "CMP006", "CMP007", "CMP008", "CUT001", "CLS001",
            "CLS002", "CLS003", "EXF001", "EXF002", "EXF003", "EXF005", "EXF007", "VAL001", "VAL005",
            "STA001",
        ),
        PARTNER,
    ),
    **dict.fromkeys(
        (
            "ACC007", "CMP001", "CMP003", "CMP006:entry", "EXF003:entry", "EXF004", "EXF008", "VAL004",
            "STA003",
        ),
        JOURNAL,
    ),
    **dict.fromkeys(("EXF009", "EXF010", "EXF015"), USER),
    **dict.fromkeys(("ACC009", "CLS005", "CLS006", "EXF011", "STA002"), ACCOUNT),
    **dict.fromkeys(("ACC005", "VAL006"), CURRENCY),
    **dict.fromkeys(("ACC010", "CUT003", "CUT004", "CUT005", "EXF013", "EXF014", "VAL007"), COMPANY),
}  # fmt: skip
"""What a rule's findings (or those of one facet) have in common; what isn't here stands alone."""

SHARED = {"ACC005": "rate", "VAL006": "rate"}
"""Kinds of cause that several rules see."""

BY_FACET = frozenset({"ACC010", "CUT003", "CUT004", "CUT005"})
"""Rules whose facets are causes of their own."""

_KIND_TITLES = {"rate": "Rate missing, stale or not used"}


def with_causes(findings: Iterable[Finding], books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return the findings in their order, each with the cause that it shares with others, if it does."""
    given = list(findings)
    links = Links(books, given)
    groups: dict[tuple[str, str, int], list[Finding]] = defaultdict(list)
    places: dict[int, tuple[str, str, int]] = {}
    for one in given:
        place = _place(one, links, books)
        if place is not None:
            places[id(one)] = place
            groups[place].append(one)
    causes = {
        place: _cause(place, members, books, policy, period)
        for place, members in groups.items()
        if len(members) > 1
    }
    return [replace(one, cause=causes[at]) if (at := places.get(id(one))) in causes else one for one in given]


def _place(finding: Finding, links: Links, books: Books) -> tuple[str, str, int] | None:
    """Return kind, model and id of what a finding hangs on."""
    by = BY.get(f"{finding.rule}:{finding.facet}") or BY.get(finding.rule)
    if by is None:
        return None
    kind = SHARED.get(finding.rule, finding.rule)
    if finding.rule in BY_FACET:
        kind = f"{kind}.{finding.facet.split(':')[0]}"
    if by == COMPANY:
        return kind, COMPANY, books.company.id
    for model in ORDERS if by == ORDER else (by,):
        found = links.of(finding, model)
        if found:
            return kind, model, found[0]
    return None


def _cause(
    place: tuple[str, str, int], members: list[Finding], books: Books, policy: Policy, period: Period
) -> Cause:
    kind, model, number = place
    worst = min((one.severity for one in members), key=SEVERITIES.index)
    total = sum(one.amount for one in members)
    title = _KIND_TITLES.get(kind) or members[0].rule_title
    label = _label(model, number, members, books)
    return Cause(
        key=f"{kind}:{books.company.id}:{period.name}:{model},{number}",
        title=(f"{title}: {label}" if label else title)[:300],
        severity=group_severity(worst, len(members), total, policy.materiality_minor),
    )


def _label(model: str, number: int, members: list[Finding], books: Books) -> str:
    """Return how people know what the findings have in common; "" for the company itself."""
    if model == PARTNER:
        return partner_names(books).get(number, "")
    if model == USER:
        return user_names(books).get(number, "")
    if model == ACCOUNT:
        return account_names(books).get(number, "")
    if model == CURRENCY:
        return books.currencies[number].name if number in books.currencies else ""
    if model == JOURNAL:
        codes = dict(books.frame("journals").select("id", "code").iter_rows())
        return codes.get(number) or ""
    if model in ORDERS:
        return str(members[0].evidence.get("order") or "")
    return ""
