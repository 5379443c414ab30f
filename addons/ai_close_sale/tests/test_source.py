"""The facts behind accrued income: what changes them and what does not."""

from odoo import Command, fields
from odoo.addons.ai_close.tests.common import PortCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSource(PortCase):
    def test_deliveries_and_invoices_of_the_period_change_the_digest(self):
        customer = (
            self.env["res.partner"]
            .with_company(self.company)
            .create({"name": "Kestrel", "property_account_receivable_id": self.account("receivable").id})
        )
        product = (
            self.env["product.product"]
            .with_company(self.company)
            .create(
                {
                    "name": "Consulting",
                    "type": "service",
                    "invoice_policy": "delivery",
                    "property_account_income_id": self.account("income").id,
                    "taxes_id": [Command.clear()],
                }
            )
        )
        order = (
            self.env["sale.order"]
            .with_company(self.company)
            .create(
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": 30, "price_unit": 85})
                    ],
                }
            )
        )
        order.action_confirm()
        line = order.order_line
        line.qty_delivered = 18

        def digest(date="2026-10-31"):
            self.env.invalidate_all()
            day = fields.Date.to_date(date)
            return self.env["ai.close.source"]._cited(line._name, line.ids, day, self.company)[line.id][1]

        october, november = digest(), digest("2026-11-30")
        invoice = order._create_invoices()
        invoice.write({"invoice_date": "2026-11-02", "date": "2026-11-02"})
        self.assertEqual(digest("2026-11-30"), november, "a draft invoices nothing")
        invoice.action_post()
        self.assertEqual(digest(), october)
        self.assertNotEqual(digest("2026-11-30"), november)
        line.qty_delivered = 19
        self.assertNotEqual(digest(), october)
