"""A company whose policy names an account for each role of bank matching, and the steps of a match."""

from ..kernel.match_kinds import key_of
from .close_common import CloseCase


class MatchCase(CloseCase):
    """A company whose policy names an account for each role of bank matching."""

    @classmethod
    def setUpClass(cls):
        cls.role_accounts = {}
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-09-01", 0.5), ("2026-10-15", 0.8), ("2026-11-10", 0.4)]
        )

    @classmethod
    def params(cls, **changes):
        params = super().params(**changes)
        return {**params, "roles": {**params["roles"], **cls.roles()}}

    @classmethod
    def roles(cls):
        """Make an account for each role and return the policy's ``roles`` of them."""
        types = {
            "bank_fees": "expense",
            "discount_given": "expense",
            "discount_taken": "income_other",
            "rounding": "expense",
            "withholding": "asset_current",
            "interest_income": "income_other",
            "interest_expense": "expense",
            "payroll_clearing": "liability_current",
            "tax_payable": "liability_current",
            "transfer": "asset_current",
            "fx_gain": "income_other",
            "fx_loss": "expense",
        }
        for number, (role, kind) in enumerate(types.items()):
            cls.role_accounts[role] = cls.env["account.account"].create(
                {
                    "name": role,
                    "code": f"99{number:04}",
                    "account_type": kind,
                    "reconcile": kind not in ("expense", "income_other"),
                }
            )
        return {role: account.id for role, account in cls.role_accounts.items()}

    def row(self, lines, items=(), kind="items", write_offs=(), **changes):
        """Return a row of the agent: ``items`` are items taken in full or (item, share, foreign share)."""
        shares = [
            each if isinstance(each, tuple) else (each, each.amount_residual, each.amount_residual_currency)
            for each in items
        ]
        return {
            "key": key_of(
                self.company.id, [line.id for line in lines], [each[0].id for each in shares], kind
            ),
            "statement_line_id": lines[0].id if lines else None,
            "line_ids": [line.id for line in lines],
            "kind": kind,
            "items": [
                {"line_id": item.id, "amount": f"{amount:.2f}", "amount_currency": f"{foreign:.2f}"}
                for item, amount, foreign in shares
            ],
            "write_offs": [{"kind": name, "amount": f"{amount:.2f}"} for name, amount in write_offs],
            "confidence": "0.9000",
            "band": "review",
            "matcher": "bank",
            "alternatives": [],
            "reasons": [],
            "account_id": None,
            "model": None,
            **changes,
        }

    def answer(self, *args, **changes):
        (answer,) = self.submit("ai.close.match", self.run_1, self.row(*args, **changes))
        return answer

    def propose(self, *args, **changes):
        answer = self.answer(*args, **changes)
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def balances(self):
        """Return the posted balance of each account, zeros left out."""
        self.env.flush_all()
        groups = self.env["account.move.line"]._read_group(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        currency = self.company.currency_id
        return {account.id: currency.round(total) for account, total in groups if not currency.is_zero(total)}

    def role(self, name):
        return self.balances().get(self.role_accounts[name].id, 0)

    def accept(self, match, user=None):
        self.be(match, user or self.anna).action_accept()
        self.assertEqual(match.state, "accepted")
        for line in match.line_ids.statement_line_id:
            self.assertTrue(line.is_reconciled)
            self.assertFalse(line._seek_for_lines()[1], "something stayed on suspense")

    def accept_and_undo(self, match, *items, check=lambda: None, user=None):
        """Accept, see the items settled, call ``check``, undo, and see all as before."""
        lines = match.line_ids.statement_line_id
        facts = lambda: (  # noqa: E731
            self.balances(),
            [(item.amount_residual, item.amount_residual_currency, item.reconciled) for item in items],
            [(line.is_reconciled, line.partner_id, len(line.move_id.line_ids)) for line in lines],
            [item.move_id.payment_state for item in items],
        )
        before = facts()
        self.accept(match, user)
        for item in items:
            self.assertTrue(item.reconciled, item.display_name)
        check()
        self.be(match, user or self.anna).action_undo()
        self.assertEqual(match.state, "undone")
        self.assertEqual(facts(), before)

    def euro_bank(self):
        return self.env["account.journal"].create(
            {"name": "Euro bank", "type": "bank", "code": "BNKE", "currency_id": self.euro.id}
        )
