"""A confirmed order of a service whose received quantity is typed by hand."""

from odoo import Command
from odoo.addons.ai_close.tests.common import PortCase


class ServiceCase(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = (
            cls.env["res.partner"]
            .with_company(cls.company)
            .create({"name": "Delta", "property_account_payable_id": cls.account("payable").id})
        )
        cls.service = (
            cls.env["product.product"]
            .with_company(cls.company)
            .create(
                {
                    "name": "Consulting",
                    "type": "service",
                    "purchase_method": "receive",
                    "supplier_taxes_id": [Command.clear()],
                    "property_account_expense_id": cls.account("expense").id,
                }
            )
        )
        order = (
            cls.env["purchase.order"]
            .with_company(cls.company)
            .create(
                {
                    "partner_id": cls.vendor.id,
                    "company_id": cls.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.service.id,
                                "product_qty": 100,
                                "price_unit": 24.5,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
        )
        order.button_confirm()
        cls.line = order.order_line
        cls.line.qty_received = 85
