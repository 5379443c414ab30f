"""Which partner, journal, user, account, currency or order a finding belongs to, by its records."""

from collections import defaultdict
from collections.abc import Iterable

import polars as pl

from agent_service.core.findings import Finding
from agent_service.core.model import Books

ORDERS = {
    "purchase.order": ("purchase_lines", "purchase.order.line"),
    "sale.order": ("sale_lines", "sale.order.line"),
}
"""Where the lines of an order stand, and the records that name them."""

_OF_ENTRY = {
    "res.partner": "commercial_partner_id", "account.journal": "journal_id", "res.users": "create_uid",
    "res.currency": "currency",
}  # fmt: skip
_OF_BANK = {"account.journal": "journal_id", "res.partner": "partner_id"}


class Links:
    """Finds the records that findings hang on; reads the books once for all findings given."""

    def __init__(self, books: Books, findings: Iterable[Finding]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for one in findings:
            for record in (one.anchor, *one.records):
                wanted[record.model].add(record.id)
        self._accounts: dict[int, int | None] = {}
        self._entry_of: dict[int, int | None] = {}
        if wanted["account.move.line"]:
            lines = _rows(books, "lines", wanted["account.move.line"], "account_id", "move_id")
            self._accounts = {key: account for key, (account, _move) in lines.items()}
            self._entry_of = {key: move for key, (_account, move) in lines.items()}
        moves = wanted["account.move"] | {one for one in self._entry_of.values() if one}
        self._entries = _rows(books, "moves", moves, *_OF_ENTRY.values())
        self._bank: dict[str, dict[int, tuple]] = {}
        for model, table in (
            ("account.bank.statement.line", "statement_lines"),
            ("account.payment", "payments"),
        ):
            self._bank[model] = _rows(books, table, wanted[model], *_OF_BANK.values())
        self._bank["account.bank.statement"] = {
            key: (journal, None)
            for key, (journal,) in _rows(
                books, "statements", wanted["account.bank.statement"], "journal_id"
            ).items()
        }
        self._orders = {
            model: {
                key: order for key, (order,) in _rows(books, table, wanted[lines], "order_id").items()
            }
            for model, (table, lines) in ORDERS.items()
        }  # fmt: skip

    def of(self, finding: Finding, model: str) -> list[int]:
        """Return the ids of the records of a model that a finding names, or that its entries belong to.

        Those that it names itself come alone: an entry's partner says less than the partner named.
        """
        linked = (finding.anchor, *finding.records)
        found = [one.id for one in linked if one.model == model and one.id]
        if not found and model in ORDERS:
            lines = ORDERS[model][1]
            found = [self._orders[model].get(one.id) for one in linked if one.model == lines]
        if not found and model == "account.account":
            found = [self._accounts.get(one.id) for one in linked if one.model == "account.move.line"]
        if not found and model in _OF_BANK:
            place = list(_OF_BANK).index(model)
            rows = [self._bank.get(one.model, {}).get(one.id) for one in linked]
            found = [row[place] for row in rows if row]
        if not any(found) and model in _OF_ENTRY:
            place = list(_OF_ENTRY).index(model)
            rows = [self._entries.get(one) for one in self._moves(finding)]
            found = [row[place] for row in rows if row]
        return list(dict.fromkeys(one for one in found if one))

    def _moves(self, finding: Finding) -> list[int]:
        """Return the entries of a finding, its own before those of its lines."""
        linked = (finding.anchor, *finding.records)
        own = [one.id for one in linked if one.model == "account.move"]
        lines = [self._entry_of.get(one.id) for one in linked if one.model == "account.move.line"]
        return own or [one for one in lines if one]


def _rows(books: Books, table: str, ids: set[int], *columns: str) -> dict[int, tuple]:
    if not ids or table not in books.frames:
        return {}
    wanted = pl.Series(sorted(ids), dtype=pl.Int64)
    frame = books.where(table, pl.col("id").is_in(wanted.implode()), "id", *columns)
    return {key: tuple(rest) for key, *rest in frame.iter_rows()}
