"""What a language model may choose about the proposals of a run: an account, a payer, a service period.

Candidates come from the books, the choice is a label that people read: nothing is booked or matched by it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from agent_service.core.facts import account_names, partner_names
from agent_service.core.model import Books
from agent_service.llm.names import KnownNames, single_words, words_of
from agent_service.llm.tasks import account, payer, period
from agent_service.llm.text_items import Chosen, Item, by_weight
from agent_service.usecases.ports import Row

ACCOUNT_RULES = ("CLS001", "CLS002", "CLS006")
PERIOD_RULES = ("CLS003",)
_LINE = "account.move.line"
_TELLING = 3
"""Shorter words than this say nothing about who paid."""


def choice_items(rows: Mapping[str, Sequence[Row]], books: Books, names: KnownNames) -> Iterator[Item]:
    """Yield what may be chosen: accounts and periods by the weight of their finding, then payers by line."""
    findings = by_weight(rows.get("finding", ()))
    yield from _accounts([row for row in findings if row["rule"] in ACCOUNT_RULES], books, names)
    yield from _periods([row for row in findings if row["rule"] in PERIOD_RULES], books, names)
    yield from _payers(rows.get("match", ()), books, names)


def _candidates(rows: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "role": role, "shown": shown[:500]} for key, role, shown in rows]


def _lines_of(rows: Sequence[Row], books: Books) -> dict[str, dict[str, Any]]:
    """Return the first journal item of each finding that names one, by the finding's key."""
    first = {
        row["key"]: next((one["id"] for one in row["records"] if one["model"] == _LINE), None) for row in rows
    }
    wanted = [number for number in first.values() if number is not None]
    lines = books.frame("lines").filter(pl.col("id").is_in(wanted))
    refs = books.frame("moves").select(pl.col("id").alias("move_id"), pl.col("ref").alias("move_ref"))
    told = lines.select("id", "move_id", "partner_id", "name").join(refs, on="move_id", how="left")
    by_id = {row["id"]: row for row in told.iter_rows(named=True)}
    return {key: by_id[number] for key, number in first.items() if number in by_id}


def _accounts(rows: Sequence[Row], books: Books, names: KnownNames) -> Iterator[Item]:
    lines = _lines_of(rows, books)
    partners = sorted({line["partner_id"] for line in lines.values() if line["partner_id"]})
    known = account_names(books)
    uses = Counter(
        books.frame("lines")
        .filter(
            pl.col("partner_id").is_in(partners),
            pl.col("parent_state") == "posted",
            pl.col("display_type") == "product",
            pl.col("account_id").is_not_null(),
        )
        .select("partner_id", "account_id")
        .iter_rows()
    )
    for row in rows:
        line = lines.get(row["key"])
        label = (line["name"] or line["move_ref"]) if line else None
        if not label:
            continue
        own = [(used, one) for (partner, one), used in uses.items() if partner == line["partner_id"]]
        ordered = sorted(own, key=lambda each: (-each[0], each[1]))[: account.MAX_CANDIDATES]
        if len(ordered) < 2:
            continue
        given = [
            account.AccountCandidate(one, known.get(one, f"account {one}"), used) for used, one in ordered
        ]
        redactor = names.redactor(label, *(one.name for one in given))
        facts = _candidates(
            [
                ("label", "text of the line", label),
                *((f"a{place}", "candidate", one.name) for place, one in enumerate(given, 1)),
            ]
        )
        yield Item(
            account.TASK,
            "finding",
            row["key"],
            account.account_question(label, given, redactor),
            facts,
            _pick("account.account", "Account", {one.id: one.name for one in given}),
        )


def _periods(rows: Sequence[Row], books: Books, names: KnownNames) -> Iterator[Item]:
    lines = _lines_of(rows, books)
    for row in rows:
        line = lines.get(row["key"])
        if line is None:
            continue
        text = " ".join(part for part in (line["name"], line["move_ref"]) if part)
        question = period.period_question(text, names.redactor(text))
        days = question.payload["dates"]
        if len(days) < 2:
            continue
        facts = _candidates(
            [
                ("text", "text of the bill", text),
                *((one["key"], "date in it", one["date"]) for one in days),
            ]
        )
        yield Item(period.TASK, "finding", row["key"], question, facts, _span)


def _payers(rows: Sequence[Row], books: Books, names: KnownNames) -> Iterator[Item]:
    open_lines = [
        row["statement_line_id"] for row in rows if row["kind"] == "none" and row["statement_line_id"]
    ]
    if not open_lines:
        return
    lines = books.frame("statement_lines").filter(
        pl.col("id").is_in(open_lines), pl.col("partner_id").is_null()
    )
    partners = partner_names(books)
    by_word: dict[str, set[int]] = {}
    for number, name in partners.items():
        for word in set(words_of(name)):
            if len(word) >= _TELLING:
                by_word.setdefault(word, set()).add(number)
    for line in lines.sort("id").iter_rows(named=True):
        label = " ".join(part for part in (line["payment_ref"], line.get("partner_name")) if part)
        shared = Counter(one for word in set(words_of(label)) for one in by_word.get(word, ()))
        likely = sorted(shared, key=lambda one: (-shared[one], partners[one], one))[: payer.MAX_CANDIDATES]
        if not likely:
            continue
        given = {one: partners[one] for one in likely}
        redactor = names.redactor(label, also=single_words(given), but=given.values())
        facts = _candidates(
            [
                ("label", "text of the bank line", label),
                *((f"p{place}", "candidate", name) for place, name in enumerate(given.values(), 1)),
            ]
        )
        yield Item(
            payer.TASK,
            "statement_line",
            str(line["id"]),
            payer.payer_question(label, given, redactor),
            facts,
            _pick("res.partner", "Payer", given),
        )


def _pick(model: str, what: str, names: Mapping[int, str]) -> Any:
    def told(answer: int | None) -> tuple[str, Chosen | None] | None:
        if answer is None:
            return None
        return f"{what}: {names[answer]}", Chosen(names[answer], model, answer)

    return told


def _span(answer: tuple[date, date] | None) -> tuple[str, Chosen | None] | None:
    if answer is None:
        return None
    label = f"{answer[0].isoformat()} to {answer[1].isoformat()}"
    return f"Service period: {label}", Chosen(label, "", 0)
