"""A company with AI Close switched on, its five people, an agent, and a few documents to work with."""

from odoo import Command, fields
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.ai_close.models.refusal import CloseRefusal

from .common import person_of
from .locks import lock_by_hand

START, END = fields.Date.to_date("2026-10-01"), fields.Date.to_date("2026-10-31")


class CloseCase(AccountTestInvoicingCommon):
    COMPANY = "company_1_data"
    PEOPLE = {
        "anna": "preparer",
        "ben": "reviewer",
        "carla": "controller",
        "dirk": "controller",
        "audrey": "auditor",
        "robot": "agent",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        for login, role in cls.PEOPLE.items():
            setattr(cls, login, cls.person(login, role))
        account = cls.company_data["default_account_expense"]
        cls.expense = account
        cls.grni = account.copy({"account_type": "liability_current", "reconcile": True, "name": "GRNI"})
        cls.not_received = account.copy({"account_type": "asset_current", "name": "Billed, not received"})
        cls.bank = cls.company_data["default_journal_bank"]
        cls.general = cls.company_data["default_journal_misc"]
        # the code under test may be newer than the database: that is nothing to watch here
        cls.env["ai.close.watch"]._take_baseline([])
        cls.env["ai.close.policy"].with_user(cls.carla)._create_first(cls.company, cls.params(), tz="UTC")
        # The test's own user has no part in the close: sudo to look, be() to act.
        cls.close = cls.env["ai.close"]._for_period(cls.company, END).sudo()

    @classmethod
    def setup_independent_company(cls, **kwargs):
        """Take up the company that is prepared, see prepared.py; without one a class makes its own."""
        ready = not kwargs and cls.env["res.company"].search([("name", "=", cls.COMPANY)], limit=1)
        if not ready:
            return super().setup_independent_company(**kwargs)
        cls.env.user.company_ids = [Command.link(ready.id)]
        return ready

    @classmethod
    def person(cls, login, role):
        """Return a user with one role in the test company only."""
        return person_of(cls.env, f"close_{login}", role, cls.company, name=login.capitalize(), tz="UTC")

    @classmethod
    def params(cls, **changes):
        """Return policy parameters of version 1."""
        return {
            "materiality": "5000.00",
            "tolerance_units": 1,
            "roles": {
                "grni": cls.grni.id,
                "billed_not_received": cls.not_received.id,
                "suspense": [cls.bank.suspense_account_id.id],
            },
            "adjustment_journal_id": cls.general.id,
            "bands": {"auto": "0.95", "review": "0.70"},
            "limits": {"match": "10000.00", "entry_controller": "10000.00"},
            "rules": {"CMP001": {"enabled": True}},
            **changes,
        }

    @classmethod
    def be(cls, records, user):
        """Return ``records`` as ``user`` sees them, as over RPC: no sudo, an ordinary context."""
        return records.with_user(user).with_context({"allowed_company_ids": cls.company.ids})

    def assert_refused(self, code, call, *args):
        """Assert that ``call`` is refused with ``code``, and undo what it did."""
        with self.assertRaises(CloseRefusal) as caught, self.env.cr.savepoint():
            call(*args)
        self.assertEqual(caught.exception.code, code, caught.exception.sentence)
        self.env.invalidate_all()
        return caught.exception.sentence

    # -- documents

    @classmethod
    def invoice(cls, amount, partner=None, date="2026-10-05", move_type="out_invoice", currency=None):
        """Post an invoice (or bill) without tax and return its open item."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.partner_a).id,
                "invoice_date": date,
                "date": date,
                "currency_id": (currency or cls.company.currency_id).id,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "service", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        move.action_post()
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type in ("asset_receivable", "liability_payable")
        )

    @classmethod
    def bank_line(cls, amount, label="INV", date="2026-10-20", journal=None, **vals):
        return cls.env["account.bank.statement.line"].create(
            {
                "journal_id": (journal or cls.bank).id,
                "date": date,
                "payment_ref": label,
                "amount": amount,
                **vals,
            }
        )

    # -- what the agent hands in

    @classmethod
    def run_of_agent(cls, key="run-1"):
        return (
            cls.env["ai.close.run"]
            ._guarded()
            .create(
                {
                    "company_id": cls.company.id,
                    "close_id": cls.close.id,
                    "run_key": key,
                    "state": "running",
                    "user_id": cls.robot.id,
                    "trigger": "cli",
                }
            )
        )

    @classmethod
    def finish(cls, run, **scopes):
        """End a run the way the port does."""
        models = [
            cls.env[name].with_user(cls.robot).sudo()
            for name in ("ai.close.finding", "ai.close.match", "ai.close.entry")
        ]
        answers = [model._finish_run(run.with_user(cls.robot).sudo(), scopes) for model in models]
        run._guarded().write({"state": "done", "date_end": fields.Datetime.now(), "scopes": scopes})
        run.flush_recordset()
        cls.close.with_user(cls.robot).sudo()._after_run(run)
        return answers

    @classmethod
    def submit(cls, model, run, *rows):
        return (
            cls.env[model]
            .with_user(cls.robot)
            .sudo()
            ._submit_rows(run.with_user(cls.robot).sudo(), list(rows))
        )

    @classmethod
    def match_row(cls, line, *items, amounts=None, **changes):
        """Return a match row that takes each item in full, unless ``amounts`` says otherwise."""
        shares = amounts or [(item.amount_residual, item.amount_residual_currency) for item in items]
        ids = "+".join(str(each) for each in sorted(item.id for item in items))
        return {
            "key": f"M:{cls.company.id}:{line.id}:{ids}",
            "statement_line_id": line.id,
            "kind": "1-1",
            "items": [
                {"line_id": item.id, "amount": f"{amount:.2f}", "amount_currency": f"{foreign:.2f}"}
                for item, (amount, foreign) in zip(items, shares, strict=True)
            ],
            "confidence": "0.9872",
            "band": "auto",
            "matcher": "bank",
            "alternatives": [],
            "reasons": [{"code": "amount", "text": "same amount", "value": "1190.00"}],
            **changes,
        }

    @classmethod
    def entry_row(cls, source, amount="1102.50", account=None, **changes):
        """Return a staged accrual that rests on ``source`` (a journal entry)."""
        debit = (account or cls.expense).id
        return {
            "key": f"GR:{cls.company.id}:2026-10",
            "proposer": "GR",
            "date": "2026-10-31",
            "reversal_date": "2026-11-01",
            "ref": "GR 2026-10",
            "narration": "Goods received, not invoiced",
            "lines": [
                {
                    "account_id": debit,
                    "partner_id": cls.partner_a.id,
                    "name": "P1",
                    "balance": amount,
                    "amount_currency": amount,
                    "currency": "USD",
                },
                {
                    "account_id": cls.grni.id,
                    "partner_id": cls.partner_a.id,
                    "name": "P1",
                    "balance": f"-{amount}",
                    "amount_currency": f"-{amount}",
                    "currency": "USD",
                },
            ],
            "calculation": {
                "columns": ["order", "received", "billed", "price", "amount"],
                "rows": [["P1", "85", "40", "24.50", amount]],
                "total": amount,
            },
            "sources": [{"model": source._name, "id": source.id, "label": "P1"}],
            "confidence": "1",
            "amount_min": amount,
            "amount_max": amount,
            "is_estimate": False,
            **changes,
        }

    def sign_all_tasks(self):
        """Take every task of the checklist through preparation and signature."""
        for task in self.close.task_ids.sorted("sequence"):
            task._judge()
            signer = self.carla if task.reviewer_role == "controller" else self.ben
            if task.state != "prepared":
                self.be(task, self.anna).action_prepare("Looked at by hand, in order.")
            self.be(task, signer).action_sign()


class EntryCase(CloseCase):
    """A source that a staged entry rests on, and the steps of people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        # Stands for the order line: its facts change when its lines do.
        cls.source = cls.env["account.move"].create(
            {
                "date": "2026-10-12",
                "journal_id": cls.general.id,
                "line_ids": [
                    Command.create({"account_id": cls.expense.id, "balance": 10, "name": "a"}),
                    Command.create({"account_id": cls.grni.id, "balance": -10, "name": "b"}),
                ],
            }
        )

    def propose(self, amount="1102.50", status="created", **changes):
        answer = self.submit("ai.close.entry", self.run_1, self.entry_row(self.source, amount, **changes))[0]
        self.assertEqual(answer["status"], status, answer)
        return self.env["ai.close.entry"].sudo().search([("key", "=", answer["key"])])

    def sign(self, entry):
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.ben).action_review()

    def change_source(self):
        self.source.line_ids[0].with_context(check_move_validity=False).balance = 12
        self.source.line_ids[1].with_context(check_move_validity=False).balance = -12
        self.env.flush_all()

    def lock(self, date, field="fiscalyear_lock_date"):
        lock_by_hand(self.company, **{field: date})
