"""A bypass is shown to work where AI Close does not guard, and then that it is refused where it does."""

from odoo import Command
from odoo.tests import new_test_user

from .close_common import EntryCase


class HoleCase(EntryCase):
    """Entries of a locked and of an open month, and an accountant who has no part in the close."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            login="hole_clerk",
            groups="base.group_user,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            tz="UTC",
        )

    @classmethod
    def entry(cls, date="2026-10-12", post=True, **vals):
        """Return a journal entry of two lines."""
        move = cls.env["account.move"].create(
            {"date": date, "journal_id": cls.general.id, "line_ids": cls.pair(), **vals}
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def pair(cls, amount=10.0, **more):
        """Return the commands of two lines that balance."""
        return [
            Command.create({"account_id": cls.expense.id, "balance": amount, "name": "a", **more}),
            Command.create({"account_id": cls.not_received.id, "balance": -amount, "name": "b", **more}),
        ]

    def as_clerk(self, records, **context):
        """Return ``records`` as the accountant sees them over RPC, with whatever context they send."""
        return records.with_user(self.clerk).with_context(
            {"allowed_company_ids": self.company.ids, **context}
        )

    def switch(self, on):
        """Put the company under guard, or take it out, as if AI Close had never been set up for it."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET ai_close_enabled = %s WHERE id = %s", [on, self.company.id]
        )
        self.env.invalidate_all()

    def assert_hole(self, code, bypass, proof):
        """Assert that ``bypass`` works in a company without guard (``proof`` shows it), and not in ours."""
        self.switch(False)
        with self.env.cr.savepoint() as savepoint:
            bypass()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(proof(), "the bypass does not work in plain Odoo: this test could not fail")
            savepoint.rollback()
        self.switch(True)
        sentence = self.assert_refused(code, bypass)
        self.assertFalse(proof(), "refused, and done nevertheless")
        return sentence
