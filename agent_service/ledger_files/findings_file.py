"""The findings of a check as JSON lines, in the words of the ledger's own tables."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from agent_service.core.findings import Failure, Finding
from agent_service.core.model import Company
from agent_service.core.period import Period

TABLE_OF = {
    "account.move": "moves",
    "account.move.line": "lines",
    "account.account": "accounts",
    "account.journal": "journals",
    "account.bank.statement": "statements",
    "account.bank.statement.line": "statement_lines",
    "account.payment": "payments",
    "res.partner": "partners",
    "res.company": "companies",
    "res.currency": "currencies",
    "res.currency.rate": "rates",
    "product.product": "products",
    "product.category": "categories",
    "purchase.order.line": "purchase_lines",
    "sale.order.line": "sale_lines",
    "stock.move": "stock_moves",
}
"""The file's name of each Odoo model that a finding may link; journals and currencies go by their code."""


def row(
    finding: Finding, company: Company, period: Period, codes: Mapping[tuple[str, int], str]
) -> dict[str, Any]:
    """Return a finding as it is written; `codes` names the records that have no number in the files."""
    links: list[list[Any]] = []
    for one in (finding.anchor, *finding.records):
        link = [TABLE_OF.get(one.model, one.model), codes.get((one.model, one.id), one.id)]
        if link not in links[:200] and link[0] != "companies":
            links.append(link)
    return {
        "key": finding.key(company),
        "rule": finding.rule,
        "reason": finding.facet,
        "severity": finding.severity,
        "records": links,
        "amount": company.currency.text(finding.amount),
        "currency": company.currency.name,
        "period": period.name,
        "explanation": f"{finding.title}. {finding.message}" if finding.message else finding.title,
        "evidence": {"why": finding.why, **finding.evidence},
        "remedy": finding.remedy,
    }


def no_data_rows(failures: Iterable[Failure], company: Company) -> list[dict[str, str]]:
    """Return the rules that were not judged, for the summary."""
    return [
        {"rule": one.code, "company": str(company.id), "kind": one.kind, "message": one.message}
        for one in failures
    ]


def text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as JSON lines."""
    return "".join(json.dumps(one, ensure_ascii=False, default=str) + "\n" for one in rows)
