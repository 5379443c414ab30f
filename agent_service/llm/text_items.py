"""What a language model is asked about the proposals of a run, in the order of its weight.

Everything comes from the rows that were handed in and the books as read; nothing here changes a row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from agent_service.core.adjustments import proposers
from agent_service.core.analysis.variance import MONTH, YEAR
from agent_service.core.facts import account_names, credit_accounts, partner_names
from agent_service.core.findings import SEVERITIES
from agent_service.core.model import Books
from agent_service.core.money import Currency, parse_minor
from agent_service.core.period import Period, add_months
from agent_service.llm.facts import Facts
from agent_service.llm.names import KnownNames
from agent_service.llm.question import Question
from agent_service.llm.tasks import entry, finding, variance
from agent_service.usecases.ports import Row

_NO_PARTNER = "no partner"


@dataclass(frozen=True)
class Chosen:
    """A choice as it is shown: a label, and the record that it names ("" and 0 where it names none)."""

    label: str
    model: str
    id: int

    def row(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"label": self.label[:500], "model": self.model, "id": self.id}


@dataclass(frozen=True)
class Item:
    """One thing to ask: its question, what it is about, and the facts that stand behind its answer.

    ``told`` makes of an answer what is handed in: the text and a choice; none where there is nothing to say.
    """

    task: str
    kind: str
    key: str
    question: Question
    facts: Sequence[Mapping[str, str]]
    told: Callable[[Any], tuple[str, Chosen | None] | None]

    @property
    def about(self) -> dict[str, str]:
        """Return what it is about, as it travels."""
        return {"kind": self.kind, "key": self.key}


def known_names(books: Books, period: Period) -> KnownNames:
    """Return every name of the books that must not leave: partners, people, companies, numbers."""
    found: list[str | None] = [books.company.name]
    for dataset, columns in (
        ("partners", ("name", "ref", "vat")),
        ("partner_banks", ("number",)),
        ("users", ("login",)),
        ("companies", ("name",)),
        ("journals", ("bank_account",)),
        ("statement_lines", ("partner_name", "account_number")),
    ):
        for column in columns:
            if books.has(dataset, column):
                found += books.frame(dataset)[column].drop_nulls().unique().to_list()
    return KnownNames(found, period.end)


def text_items(
    rows: Mapping[str, Sequence[Row]], books: Books, period: Period, names: KnownNames
) -> Iterator[Item]:
    """Yield what texts are asked for: variances by size, entries by amount, findings by severity."""
    own = books.company.currency
    yield from _variances(rows.get("variance", ()), books, period)
    yield from _entries(rows.get("entry", ()), own)
    yield from _findings(rows.get("finding", ()), own, names)


def shown(facts: Facts) -> list[dict[str, str]]:
    """Return facts as a reader sees them."""
    return [{"key": one.key, "role": one.role[:300], "shown": one.shown[:500]} for one in facts]


def by_weight(rows: Sequence[Row]) -> list[Row]:
    """Return findings by severity, then amount, then key."""
    ordered = {name: place for place, name in enumerate(SEVERITIES)}
    weight = {row["key"]: -abs(parse_minor(row["amount"], 10)) for row in rows}
    return sorted(rows, key=lambda row: (ordered[row["severity"]], weight[row["key"]], row["key"]))


def _as_text(answer: str) -> tuple[str, Chosen | None]:
    return answer, None


def _variances(rows: Sequence[Row], books: Books, period: Period) -> Iterator[Item]:
    own = books.company.currency
    accounts, partners = account_names(books), partner_names(books)
    credit = credit_accounts(books)
    asked = [
        (row, _moved(row, own, period, accounts, partners, is_credit=row["account_id"] in credit))
        for row in rows
        if row["explanation"]
    ]
    for row, moved in sorted(asked, key=lambda one: (-abs(one[1].change), one[0]["key"])):
        facts = variance.facts_of(moved)
        question = variance.variance_question(moved)
        yield Item(variance.TASK, "variance", row["key"], question, shown(facts), _as_text)


def _moved(
    row: Row,
    own: Currency,
    period: Period,
    accounts: Mapping[int, str],
    partners: Mapping[int, str],
    *,
    is_credit: bool,
) -> variance.Moved:
    """Return a row against a month or a year before; drivers explain neither what was expected nor more."""
    base = YEAR if row["against"] == YEAR else MONTH
    before = add_months(period.end.replace(day=1), -12 if base == YEAR else -1)

    def minor(text: str) -> int:
        return parse_minor(text, own.decimals)

    drivers = [
        ("a partner" if one["id"] else "no partner" if one["id"] == 0 else "others", one)
        for one in row["drivers"]
        if one["base"] == base and one["dimension"] == "partner"
    ]
    return variance.Moved(
        accounts.get(row["account_id"], f"account {row['account_id']}"),
        f"{period.end:%B %Y}",
        f"{before:%B %Y}",
        minor(row["actual"]),
        minor(row[base]),
        own,
        [
            (role, _driver(one, partners), minor(one["amount"]))
            for role, one in drivers
            if one["id"] is not None
        ],
        minor(row["expected"]) if row["expected"] is not None else None,
        is_credit=is_credit,
    )


def _driver(one: Mapping[str, Any], partners: Mapping[int, str]) -> str:
    return partners.get(one["id"], f"partner {one['id']}") if one["id"] else _NO_PARTNER


def _entries(rows: Sequence[Row], own: Currency) -> Iterator[Item]:
    kinds = {one.code: one.title for one in proposers()}
    asked = [(row, _summed(row, own, kinds.get(row["proposer"], row["proposer"]))) for row in rows]
    for row, summed in sorted(asked, key=lambda one: (-one[1].debits, one[0]["key"])):
        facts = entry.facts_of(summed)
        yield Item(entry.TASK, "entry", row["key"], entry.entry_question(summed), shown(facts), _as_text)


def _summed(row: Row, own: Currency, kind: str) -> entry.Summed:
    def minor(text: str) -> int:
        return parse_minor(text, own.decimals)

    balances = [minor(line["balance"]) for line in row["lines"]]
    return entry.Summed(
        kind,
        row["ref"],
        date.fromisoformat(row["date"]),
        sum(one for one in balances if one > 0),
        len({(one["model"], one["id"]) for one in row["sources"]}),
        own,
        row["narration"],
        date.fromisoformat(row["reversal_date"]) if row["reversal_date"] else None,
        minor(row["amount_min"]) if row["is_estimate"] else None,
        minor(row["amount_max"]) if row["is_estimate"] else None,
    )


def _findings(rows: Sequence[Row], own: Currency, names: KnownNames) -> Iterator[Item]:
    for row in by_weight(rows):
        seen = _seen(row, own)
        redactor = names.redactor(seen.rule_title)
        facts = finding.facts_of(seen, redactor)
        question = finding.finding_question(seen, redactor)
        yield Item(finding.TASK, "finding", row["key"], question, shown(facts), _as_text)


def _seen(row: Row, own: Currency) -> finding.Seen:
    anchor = (row["anchor"]["model"], row["anchor"]["id"])
    labels = {(one["model"], one["id"]): one["label"] for one in row["records"]}
    records = list(dict.fromkeys([anchor, *labels]))
    return finding.Seen(
        row["rule_title"],
        row["message"],
        parse_minor(row["amount"], own.decimals),
        own,
        [(model, labels.get((model, number), "")) for model, number in records],
        len(records),
    )
