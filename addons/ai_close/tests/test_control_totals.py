"""Control totals: the server's own sums over the ledger, whatever the agent may see."""

from collections import defaultdict
from decimal import Decimal

from odoo import Command
from odoo.addons.ai_close.kernel.answer import check_answer
from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestControlTotals(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.entry(0.3)
        cls.posted = cls.entry(1102.5) + cls.entry(0.1) + cls.entry(70.0, date="2019-01-15")
        cls.posted.action_post()
        cls.other = cls._make_company("Other")
        cls.entry(9.0, company=cls.other).action_post()

    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()

    def _rows(self, dataset):
        answer = self.port("extract", **self.held, dataset=dataset)
        check_answer("extract", answer)
        columns = answer["result"]["columns"]
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def _read(self):
        """Sum up the lines as the agent reads them."""
        found = defaultdict(lambda: [0, Decimal(0), Decimal(0), 0])
        for line in self._rows("lines"):
            total, balance = found[line["journal_id"]], Decimal(line["balance"])
            if line["parent_state"] == "posted":
                total[0] += 1
                total[1 if balance > 0 else 2] += abs(balance)
            else:
                total[3] += 1
        return dict(found)

    def _told(self):
        return {
            row["id"]: [row["count"], Decimal(row["debit"]), Decimal(row["credit"]), row["drafts"]]
            for row in self._rows("control_totals")
        }

    def test_they_equal_what_is_read(self):
        told = self._told()
        self.assertEqual(told, self._read())
        journal = self.posted.journal_id.ensure_one()
        self.assertEqual(told[journal.id], [6, Decimal("1172.60"), Decimal("1172.60"), 2])

    def test_a_line_that_lies_counts_as_the_draft_that_it_is(self):
        line = self.draft.line_ids[0]
        self.cr.execute("UPDATE account_move_line SET parent_state = 'posted' WHERE id = %s", [line.id])
        self.env.invalidate_all()
        self.assertEqual(self._told(), self._read())

    def test_what_the_agent_may_not_see_is_in_them(self):
        self.env["ir.rule"].create(
            {
                "name": "hide the big one",
                "model_id": self.env["ir.model"]._get_id("account.move.line"),
                "domain_force": "[('balance', '<', 1000)]",
                "groups": [Command.link(self.env.ref("ai_close.group_agent").id)],
            }
        )
        self.env["ir.rule"].search(
            [
                ("model_id.model", "=", "account.move.line"),
                ("groups", "=", self.env.ref("account.group_account_readonly").id),
            ]
        ).active = False
        told, read = self._told(), self._read()
        journal = self.posted.journal_id.id
        self.assertEqual((told[journal][0], read[journal][0]), (6, 5))

    def test_what_was_written_meanwhile_is_told(self):
        self.env.flush_all()
        self.assertGreater(self._rows("control_totals")[0]["later"], 0)
        self.cr.execute("UPDATE ai_close_change SET xid = '5'::xid8")
        self.assertEqual(self._rows("control_totals")[0]["later"], 0)
        self.refused("RUN016", "extract", **self.held, dataset="control_totals", only=[1])
