"""The change log of masters and documents: what a reader must read again, and nothing for nothing."""

from odoo.addons.ai_close.models.gate import EVENTS
from odoo.addons.ai_close.models.gate_changes import OWNED, SHARED
from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestChanges(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "ACME", "is_company": True})
        cls.till = cls.env["res.partner"].create({"name": "Till"})
        cls.move = cls.entry(10.0)
        cls.move.line_ids[0].partner_id = cls.till

    def setUp(self):
        super().setUp()
        self._forget()

    def _forget(self):
        self.env.flush_all()
        self.cr.execute("DELETE FROM ai_close_change")

    def _noted(self):
        self.env.flush_all()
        self.cr.execute("SELECT model, res_id, company_id FROM ai_close_change")
        return set(self.cr.fetchall())

    def test_every_table_that_is_read_has_its_triggers(self):
        self.cr.execute(
            r"SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'ai\_close\_%'"
        )
        found = set(self.cr.fetchall())
        wanted = {(table, f"ai_close_change_{event}") for table in [*OWNED, *SHARED] for event in EVENTS}
        wanted |= {("ir_attachment", f"ai_close_document_{event}") for event in EVENTS}
        self.assertLessEqual(wanted | {("res_partner", "ai_close_family_update")}, found)
        for table, model in (OWNED | SHARED).items():
            self.assertEqual(self.env[model]._table, table)

    def test_what_companies_share_is_news_for_each(self):
        bank = self.env["res.partner.bank"].create({"partner_id": self.partner.id, "acc_number": "DE1"})
        self.assertIn(("res.partner.bank", bank.id, None), self._noted())
        self._forget()
        bank.acc_number = "DE2"
        self.account("expense").name = "Costs"
        self.assertLessEqual(
            {("res.partner.bank", bank.id, None), ("account.account", self.account("expense").id, None)},
            self._noted(),
        )
        self._forget()
        bank.unlink()
        self.assertIn(("res.partner.bank", bank.id, None), self._noted())
        self.cr.execute("UPDATE ai_close_change SET xid = '5'::xid8")
        other = self._make_company("Other")
        for company in (self.company, other):
            rows, _watermark = self.env["ai.close.gate"]._changes(company, 5)
            self.assertIn(("res.partner.bank", bank.id), [row[1:] for row in rows])

    def test_counters_and_stamps_are_no_change(self):
        self.partner._increase_rank("supplier_rank")
        self.partner.write({"name": "ACME"})
        self.assertEqual(self._noted(), set())

    def test_a_journal_belongs_to_its_company(self):
        journal = self.journal("bank")
        journal.name = "House bank"
        self.assertIn(("account.journal", journal.id, self.company.id), self._noted())

    def test_lines_change_with_the_family_of_their_partner(self):
        line = self.move.line_ids[0]
        self.till.parent_id = self.partner
        self.assertIn(("account.move.line", line.id, self.company.id), self._noted())
        self._forget()
        self.till.name = "Till two"
        self.assertNotIn("account.move.line", {model for model, _id, _company in self._noted()})

    def test_a_document_is_a_fact_of_its_entry(self):
        note = ("account.move", self.move.id, self.company.id)
        document = self.env["ir.attachment"].create(
            {"name": "bill.pdf", "raw": b"x", "res_model": "account.move", "res_id": self.move.id}
        )
        self.assertIn(note, self._noted())
        self._forget()
        document.unlink()
        self.assertIn(note, self._noted())
        self._forget()
        self.env["ir.attachment"].create({"name": "other.pdf", "raw": b"y"})
        self.assertEqual(self._noted(), set())

    def test_without_a_guarded_company_nothing_is_noted(self):
        self.env.flush_all()
        self.cr.execute("UPDATE res_company SET ai_close_enabled = false")
        self._forget()
        self.partner.name = "Nobody"
        self.assertEqual(self._noted(), set())
