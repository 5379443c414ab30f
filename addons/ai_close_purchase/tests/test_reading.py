"""Services received: a reading of the closing day proves what was received, whatever is typed later."""

from odoo import fields
from odoo.addons.ai_close.models.refusal import CloseRefusal
from odoo.tests import tagged

from .common import ServiceCase

END = fields.Date.to_date("2026-10-31")


@tagged("post_install", "-at_install")
class TestReading(ServiceCase):
    def setUp(self):
        super().setUp()
        self.line.qty_received = 64

    def reading(self, quantity=52, taken_on="2026-10-31", signed=True):
        own = {"allowed_company_ids": self.company.ids}
        reading = (
            self.env["ai.close.reading"]
            .with_user(self.preparer)
            .with_context(own)
            .create(
                {
                    "purchase_line_id": self.line.id,
                    "taken_on": taken_on,
                    "quantity": quantity,
                    "label": "Timesheet",
                }
            )
        )
        if signed:
            reading.action_prepare()
            reading.with_user(self.reviewer).with_context(own).action_review()
        return reading

    def received(self):
        self.env.invalidate_all()
        return self.env["ai.close.source"]._facts("purchase.order.line", self.line.ids, END)[self.line.id][
            "received"
        ]

    def test_GR14_a_reading_of_the_day_stands_alone(self):
        self.assertEqual(self.received(), [["manual", "64"]])
        before = self.reading(20, "2026-10-15")
        self.assertEqual(self.received(), [["read", before.id, "20", "2026-10-15"], ["manual", "64"]])
        self.reading(60, "2026-10-20", signed=False)
        at = self.reading()
        self.line.qty_received = 70
        self.reading(66, "2026-11-05")
        self.assertEqual(self.received(), [["read", at.id, "52", "2026-10-31"]])

    def test_what_is_wrong_is_said(self):
        self.reading()
        for vals in ({"quantity": -1}, {"taken_on": "2999-01-01"}, {}):
            with self.subTest(vals=vals), self.assertRaises(CloseRefusal) as caught:
                self.reading(signed=False, **vals).action_prepare()
            self.assertEqual(caught.exception.code, "ENT003")

    def test_the_agent_reads_what_counts(self):
        self.reading(60, "2026-10-20", signed=False)
        reading = self.reading()
        _result, held = self.begin()
        columns = self.result("extract", **held, dataset="readings")["columns"]
        self.assertEqual(
            columns,
            {
                "id": [reading.id],
                "purchase_line_id": [self.line.id],
                "taken_on": ["2026-10-31"],
                "quantity": ["52"],
            },
        )
