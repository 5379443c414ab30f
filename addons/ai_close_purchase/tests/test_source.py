"""The facts behind an accrual: what changes them, what does not, and that changes are noted."""

from odoo import fields
from odoo.tests import tagged

from .common import ServiceCase


@tagged("post_install", "-at_install")
class TestSource(ServiceCase):
    def _bill(self, quantity, date="2026-10-20", post=True):
        action = self.line.order_id.action_create_invoice()
        bill = self.env["account.move"].browse(action["res_id"])
        bill.write({"invoice_date": date, "date": date})
        bill.invoice_line_ids.quantity = quantity
        if post:
            bill.action_post()
        return bill

    def _digest(self, date="2026-10-31"):
        self.env.invalidate_all()
        cited = self.env["ai.close.source"]._cited(
            "purchase.order.line", self.line.ids, fields.Date.to_date(date)
        )
        return cited[self.line.id][1]

    def test_a_posted_bill_of_the_period_changes_the_digest(self):
        before = self._digest()
        bill = self._bill(40, post=False)
        self.assertEqual(self._digest(), before, "a draft bill bills nothing")
        bill.action_post()
        self.assertNotEqual(self._digest(), before)

    def test_a_bill_of_the_next_month_does_not_count_for_this_one(self):
        october, november = self._digest(), self._digest("2026-11-30")
        self._bill(20, date="2026-11-05")
        self.assertEqual(self._digest(), october)
        self.assertNotEqual(self._digest("2026-11-30"), november)

    def test_price_quantity_and_receipt_change_the_digest(self):
        seen = {self._digest()}
        for values in ({"price_unit": 25.2}, {"product_qty": 101}, {"qty_received": 86}, {"discount": 10.0}):
            self.line.write(values)
            digest = self._digest()
            self.assertNotIn(digest, seen, values)
            seen.add(digest)

    def test_what_does_not_matter_does_not_change_it(self):
        before = self._digest()
        self.line.order_id.write({"partner_ref": "their number", "note": "call them"})
        self.assertEqual(self._digest(), before)

    def test_an_order_line_that_is_gone_has_no_facts(self):
        facts = self.env["ai.close.source"]._facts(
            "purchase.order.line", [2**30], fields.Date.to_date("2026-10-31")
        )
        self.assertEqual(facts, {2**30: None})

    def test_changes_are_noted_for_the_agent(self):
        self.env.flush_all()
        self.cr.execute("DELETE FROM ai_close_change")
        self.line.price_unit = 25.2
        self.env.flush_all()
        self.cr.execute("SELECT DISTINCT res_id FROM ai_close_change WHERE model = 'purchase.order.line'")
        self.assertEqual(self.cr.fetchall(), [(self.line.id,)])

    def test_the_agent_reads_order_lines_with_its_own_rights(self):
        _result, held = self.begin()
        columns = self.result("extract", **held, dataset="purchase_lines")["columns"]
        self.assertEqual((columns["id"], columns["price_subtotal"]), ([self.line.id], ["2450.00"]))
        self._bill(40)
        bills = self.result("extract", **held, dataset="purchase_bill_lines")["columns"]
        self.assertEqual(
            (bills["purchase_line_id"], bills["quantity"], bills["parent_state"]),
            ([self.line.id], ["40"], ["posted"]),
        )
