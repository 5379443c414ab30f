"""A generated statement in Odoo's books, matched by OCA's add-on and by ours; runs in Odoo's shell."""

import json
import time
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent_service.core.matching.engine import match
from agent_service.core.matching.model import Item, Line, Rates, Settings

CHUNK = 100


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON Lines file."""
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


class Books:
    """Writes the files of a seed into the current company of a database."""

    def __init__(self, env: Any, folder: Path) -> None:
        self.env, self.folder = env, folder
        self.company = env.company
        self.currency = (folder / "currency").read_text()
        self.item_ids: dict[int, int] = {}
        self.line_ids: dict[int, int] = {}

    def write(self) -> None:
        """Write chart, rates, partners, items and bank lines."""
        names = {self.currency, "EUR", "USD", "GBP", "CHF", "JPY", "SEK"}
        found = self.env["res.currency"].with_context(active_test=False).search([("name", "in", list(names))])
        found.active = True
        self.currencies = {one.name: one for one in found}
        self.company.currency_id = self.currencies[self.currency]
        self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)
        self.company.currency_id = self.currencies[self.currency]
        self.env["ir.config_parameter"].set_param("sequence.mixin.constraint_start_date", "2099-01-01")
        self._rates()
        items = rows(self.folder / "items.jsonl")
        self._partners(items)
        self._items(items)
        self._lines(rows(self.folder / "lines.jsonl"))

    def _rates(self) -> None:
        values = []
        for row in (self.folder / "rates.csv").read_text().splitlines()[1:]:
            name, day, rate = row.split(",")
            values.append(
                {"currency_id": self.currencies[name].id, "name": day, "rate": float(rate),
                 "company_id": self.company.id}
            )  # fmt: skip
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(values)

    def _partners(self, items: list[dict[str, Any]]) -> None:
        known = {one["partner_id"]: one for one in items if "partner_id" in one}
        made = self.env["res.partner"].create(
            [{"name": one["partner_name"], "is_company": True} for one in known.values()]
        )
        self.partners = dict(zip(known, made.ids, strict=True))
        self.env["res.partner.bank"].create(
            [
                {"partner_id": self.partners[number], "acc_number": account}
                for number, one in known.items()
                for account in one["bank_accounts"]
            ]
        )

    def _account(self, kind: str) -> Any:
        return self.env["account.account"].search(
            [("account_type", "=", kind), ("company_ids", "in", self.company.ids)], limit=1
        )

    def _items(self, items: list[dict[str, Any]]) -> None:
        outstanding = self.env["account.account"].create(
            {"name": "Outstanding", "code": "101777", "account_type": "asset_current", "reconcile": True}
        )
        accounts = {
            "receivable": self._account("asset_receivable"),
            "payable": self._account("liability_payable"),
            "outstanding": outstanding,
        }
        other = self._account("expense")
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        used: set[str] = set()
        values = []
        for one in items:
            name = one["move_name"]
            while name in used:
                name += "-2"
            used.add(name)
            currency = self.currencies[one["currency"]]
            shared = {"currency_id": currency.id, "partner_id": self.partners.get(one.get("partner_id"))}
            balance, amount = float(one["amount_residual"]), float(one["amount_residual_currency"])
            open_line = {
                **shared, "account_id": accounts[one["kind"]].id, "balance": balance,
                "amount_currency": amount, "date_maturity": one["due_date"],
                "name": one.get("label") or one["ref"] or name,
            }  # fmt: skip
            closing = {**shared, "account_id": other.id, "balance": -balance, "amount_currency": -amount}
            values.append(
                {
                    "move_type": "entry", "journal_id": journal.id, "date": one["date"], "name": name,
                    "ref": one["ref"], "payment_reference": one["ref"], "partner_id": shared["partner_id"],
                    "line_ids": [(0, 0, open_line), (0, 0, {**closing, "name": "/"})],
                }
            )  # fmt: skip
        for at in range(0, len(values), 500):
            moves = self.env["account.move"].create(values[at : at + 500])
            moves._post(soft=False)
            for one, move in zip(items[at : at + 500], moves, strict=True):
                self.item_ids[move.line_ids.filtered(lambda line: line.account_id.reconcile).id] = one["id"]
            self.env.flush_all()

    def _lines(self, lines: list[dict[str, Any]]) -> None:
        self.journals = {}
        for name in sorted({one["journal"] for one in lines}):
            currency = next(one["currency"] for one in lines if one["journal"] == name)
            own = self.currencies[currency] if currency != self.currency else self.env["res.currency"]
            self.journals[name] = self.env["account.journal"].create(
                {"name": f"Bank {name}", "code": f"X{name[:4]}", "type": "bank", "currency_id": own.id}
            )
        made = self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": self.journals[one["journal"]].id, "date": one["date"],
                    "payment_ref": one["label"], "amount": float(one["amount"]),
                    "partner_name": one.get("partner_name"), "account_number": one.get("account_number"),
                    "ref": one.get("ref"),
                    "foreign_currency_id": self.currencies[one["foreign_currency"]].id
                    if "foreign_currency" in one else False,
                    "amount_currency": float(one.get("amount_currency", 0)),
                }
                for one in lines
            ]
        )  # fmt: skip
        self.line_ids = dict(zip(made.ids, (one["id"] for one in lines), strict=True))
        self.env.flush_all()


_LINES = """
select l.id, m.date, l.amount, coalesce(jc.name, cc.name), coalesce(l.payment_ref, ''),
       coalesce(l.partner_name, ''), coalesce(l.account_number, ''), coalesce(m.ref, ''),
       fc.name, l.amount_currency, l.journal_id
  from account_bank_statement_line l
  join account_move m on m.id = l.move_id
  join account_journal j on j.id = l.journal_id
  join res_company c on c.id = l.company_id
  join res_currency cc on cc.id = c.currency_id
  left join res_currency jc on jc.id = j.currency_id
  left join res_currency fc on fc.id = l.foreign_currency_id
 where not l.is_reconciled and l.company_id = %s
"""
_ITEMS = """
select l.id, l.date, l.amount_residual, l.amount_residual_currency, cur.name, l.date_maturity,
       coalesce(l.ref, ''), coalesce(m.name, ''), coalesce(l.name, ''), l.partner_id, coalesce(p.name, ''),
       a.account_type,
       (select array_agg(b.acc_number) from res_partner_bank b where b.partner_id = l.partner_id)
  from account_move_line l
  join account_move m on m.id = l.move_id
  join account_account a on a.id = l.account_id
  join res_currency cur on cur.id = l.currency_id
  left join res_partner p on p.id = l.partner_id
 where l.parent_state = 'posted' and not l.reconciled and a.reconcile and m.statement_line_id is null
   and l.company_id = %s
"""
_RATES = """
select c.name, r.name, r.rate
  from res_currency_rate r join res_currency c on c.id = r.currency_id
 order by 1, 2
"""
_KINDS = {"asset_receivable": "receivable", "liability_payable": "payable"}


def ours(env: Any) -> tuple[float, list[Any]]:
    """Read lines and items by SQL and match; return seconds and proposals."""
    begun = time.perf_counter()
    company = env.company
    places = {one.name: one.decimal_places for one in env["res.currency"].search([])}
    home = company.currency_id.name

    def minor(amount: Any, currency: str) -> int:
        return round(Decimal(str(amount or 0)).scaleb(places[currency]))

    env.cr.execute(_LINES, [company.id])
    lines = [
        Line(
            number, day, minor(amount, currency), currency, label, partner_name=name, account_number=account,
            ref=ref, foreign_currency=foreign or "",
            amount_currency=minor(other, foreign) if foreign else None, journal=str(journal),
        )
        for number, day, amount, currency, label, name, account, ref, foreign, other, journal
        in env.cr.fetchall()
    ]  # fmt: skip
    env.cr.execute(_ITEMS, [company.id])
    items = [
        Item(
            number, day, minor(residual, home), currency, minor(own, currency), due=due, ref=ref,
            move_name=name, label=label, partner_id=partner, partner_name=partner_name,
            bank_accounts=tuple(accounts or ()), kind=_KINDS.get(kind, "outstanding"),
        )
        for number, day, residual, own, currency, due, ref, name, label, partner, partner_name, kind, accounts
        in env.cr.fetchall()
    ]  # fmt: skip
    env.cr.execute(_RATES)
    known: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for currency, day, rate in env.cr.fetchall():
        known[currency].append((day, Decimal(str(rate))))
    rates = Rates({name: tuple(pairs) for name, pairs in known.items()})
    found = match(lines, items, Settings(home, decimals=places, own_names=(company.name,)), rates)
    return time.perf_counter() - begun, found


def oca(env: Any, lines: Any) -> tuple[float, dict[int, list[int]], int]:
    """Let OCA reconcile what it is sure of, as at import.

    Returns seconds, the items that each reconciled line settled, and how many chunks of lines its own error
    rolled back (they were tried again one by one).
    """
    begun, failed = time.perf_counter(), 0
    lines._retrieve_partner()
    for at in range(0, len(lines), CHUNK):
        chunk = lines[at : at + CHUNK]
        try:
            with env.cr.savepoint():
                chunk._auto_reconcile()
                env.flush_all()
        except Exception:
            failed += 1
            env.invalidate_all()
            for one in chunk:
                _alone(env, one)
    spent = time.perf_counter() - begun
    settled: dict[int, list[int]] = {}
    for line in lines.filtered("is_reconciled"):
        own = line.move_id.line_ids
        partials = own.matched_debit_ids | own.matched_credit_ids
        settled[line.id] = ((partials.debit_move_id | partials.credit_move_id) - own).ids
    return spent, settled, failed


def _alone(env: Any, line: Any) -> None:
    try:
        with env.cr.savepoint():
            line._auto_reconcile()
            env.flush_all()
    except Exception:
        env.invalidate_all()


def compared(env: Any, folder: Path) -> dict[str, Any]:
    """Write the books, match them by both, and return what each said in the files' own ids."""
    from odoo import tools

    books = Books(env, folder)
    tools.config["test_enable"] = True  # OCA matches at creation otherwise: here both match what stands there
    try:
        books.write()
    finally:
        tools.config["test_enable"] = False
    env.cr.commit()
    env.invalidate_all()
    warm, _found = ours(env)
    seconds, found = ours(env)
    lines = env["account.bank.statement.line"].browse(list(books.line_ids))
    env.invalidate_all()
    theirs, settled, failed = oca(env, lines)
    named, listed = books.item_ids, books.line_ids
    places = env.company.currency_id.decimal_places
    return {
        "lines": len(listed), "items": len(named), "first_s": warm, "ours_s": seconds, "oca_s": theirs,
        "rolled_back": failed,
        "ours": [
            {
                "line_ids": [listed[one] for one in each.lines],
                "item_ids": [named.get(one, -one) for one in each.items],
                "kind": each.kind, "band": each.band, "confidence": float(each.confidence),
                "write_offs": [
                    {"kind": one.kind, "amount": str(Decimal(one.amount).scaleb(-places))}
                    for one in each.write_offs
                ],
            }
            for each in found
        ],
        "oca": [
            {"line_ids": [listed[one]], "item_ids": [named.get(item, -item) for item in items],
             "kind": "items", "band": "auto"}
            for one, items in settled.items()
        ],
    }  # fmt: skip
