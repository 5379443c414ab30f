"""Bank lines, invoices and what the agent proposes for them, in the sample company; runs in Odoo's shell."""

from typing import Any

from odoo import Command, fields

PERIOD_END = fields.Date.to_date("2026-10-31")
PARTNERS = 40
CHUNK = 250
# Of 25 matches: one to one, short by the bank's fee, one payment of three invoices, two payments of one
# invoice, a fee of the bank's own.
MIX = ("one",) * 18 + ("fee", "fee", "three", "three", "two", "own", "own")
FEE = 2.5


class Books:
    """Writes so many matches of the mix; each stands for itself."""

    def __init__(self, env: Any, count: int) -> None:
        self.env, self.count = env, count
        self.company = env["res.company"].search([("name", "=", "Northwind Trading")])
        self.env = env(context={"allowed_company_ids": self.company.ids, "tracking_disable": True})
        self.agent = self.env["res.users"].search([("login", "=", "ai-close-agent")])
        self.partners = self.env["res.partner"].create(
            [{"name": f"Bench customer {number}", "is_company": True} for number in range(PARTNERS)]
        )
        self.income, self.bank = self._account(), self._journal("bank")

    def _account(self) -> Any:
        domain = [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)]
        return self.env["account.account"].search(domain, limit=1)

    def _journal(self, kind: str) -> Any:
        domain = [("type", "=", kind), ("company_id", "=", self.company.id)]
        return self.env["account.journal"].search(domain, limit=1)

    def write(self) -> list[int]:
        """Return the ids of the proposed matches, in the order of the mix."""
        plan = [self._of(number, MIX[number % len(MIX)]) for number in range(self.count)]
        items = iter(self._invoices([one for _kind, wanted, _paid in plan for one in wanted]))
        lines = iter(self._lines([one for _kind, _wanted, paid in plan for one in paid]))
        rows = [
            self._row(kind, [next(lines) for _one in paid], [next(items) for _one in wanted])
            for kind, wanted, paid in plan
        ]
        return self._submit(rows)

    def _of(self, number: int, kind: str) -> tuple[str, list, list]:
        """Return kind, invoices and bank lines of one match, each with its partner and amount."""
        partner = self.partners[number % PARTNERS]
        amount = 100 + number * 1.37 % 900
        # The bank knows every third payer.
        payer = partner if number % 3 == 0 else partner.browse()
        wanted = {"three": [amount, amount + 10, amount + 20], "own": []}.get(kind, [amount])
        moved = {
            "three": [3 * amount + 30],
            "two": [amount - 40, 40],
            "fee": [amount - FEE],
            "own": [-FEE],
        }.get(kind, [amount])
        return kind, [(partner, round(one, 2)) for one in wanted], [(payer, round(one, 2)) for one in moved]

    def _invoices(self, wanted: list) -> list[Any]:
        """Post customers' invoices and return their open items."""
        found = []
        for at in range(0, len(wanted), CHUNK):
            moves = self.env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice", "partner_id": partner.id, "invoice_date": "2026-10-05",
                        "invoice_payment_term_id": False,
                        "invoice_line_ids": [Command.create({
                            "name": "service", "quantity": 1, "price_unit": amount,
                            "account_id": self.income.id, "tax_ids": [Command.clear()]})],
                    }
                    for partner, amount in wanted[at : at + CHUNK]
                ]
            )  # fmt: skip
            moves.action_post()
            found += [
                move.line_ids.filtered(lambda line: line.account_type == "asset_receivable") for move in moves
            ]
            self._let_go()
        return found

    def _lines(self, paid: list) -> list[Any]:
        rows = [
            {"journal_id": self.bank.id, "date": "2026-10-20", "payment_ref": f"Payment {number}",
             "amount": amount, "partner_id": payer.id}
            for number, (payer, amount) in enumerate(paid)
        ]  # fmt: skip
        found: list[Any] = []
        for at in range(0, len(rows), CHUNK):
            found += self.env["account.bank.statement.line"].create(rows[at : at + CHUNK])
            self._let_go()
        return found

    def _let_go(self) -> None:
        """Write what waits and forget what was read: each chunk costs as much as the one before."""
        self.env.flush_all()
        self.env.invalidate_all()

    def _row(self, kind: str, lines: list, items: list) -> dict[str, Any]:
        """Return what the agent hands in for one match."""
        key_of = self.env["ai.close.match"]._key_of
        named = "bank_fee" if kind == "own" else "items"
        line_ids, item_ids = [line.id for line in lines], [item.id for item in items]
        return {
            "key": key_of(self.company, line_ids, item_ids, named),
            "statement_line_id": line_ids[0], "line_ids": line_ids, "kind": named,
            "items": [
                {"line_id": item.id, "amount": f"{item.amount_residual:.2f}",
                 "amount_currency": f"{item.amount_residual_currency:.2f}"}
                for item in items
            ],
            "write_offs": [{"kind": "bank_fee", "amount": f"{FEE:.2f}"}] if kind == "fee" else [],
            "confidence": "0.9900", "band": "auto", "matcher": "bank", "alternatives": [],
            "reasons": [{"code": "amount", "text": "same amount", "value": "1"}],
            "account_id": None, "model": None,
        }  # fmt: skip

    def _submit(self, rows: list[dict[str, Any]]) -> list[int]:
        close = self.env["ai.close"]._for_period(self.company, PERIOD_END).sudo()
        run = self.env["ai.close.run"]._guarded().create(
            {"company_id": self.company.id, "close_id": close.id, "run_key": "bench", "state": "running",
             "user_id": self.agent.id, "trigger": "cli"}
        )  # fmt: skip
        Match = self.env["ai.close.match"].with_user(self.agent).sudo()
        for at in range(0, len(rows), CHUNK):
            answers = Match._submit_rows(run.with_user(self.agent).sudo(), rows[at : at + CHUNK])
            wrong = [answer for answer in answers if answer["status"] != "created"]
            assert not wrong, wrong[:3]
            self._let_go()
        made = {match.key: match.id for match in Match.search([("key", "in", [row["key"] for row in rows])])}
        return [made[row["key"]] for row in rows]
