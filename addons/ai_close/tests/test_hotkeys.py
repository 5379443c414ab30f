"""A key that Odoo's own forms use for something else is none of ours: Alt+S saves, Alt+C makes a record."""

from lxml import etree

from odoo.tests import TransactionCase, tagged

OF_ODOO = set("sjcbuhnp123456789")


@tagged("post_install", "-at_install")
class TestHotkeys(TransactionCase):
    def test_our_buttons_leave_odoos_keys_alone(self):
        taken, ours = [], [("model", "=like", "ai.close%"), ("inherit_id", "=", False)]
        for view in self.env["ir.ui.view"].search(ours):
            buttons = etree.fromstring(view.get_combined_arch()).iter("button")
            taken += [
                f"{view.name}: {button.get('string')} has {button.get('data-hotkey')}"
                for button in buttons
                if button.get("data-hotkey") in OF_ODOO
            ]
        self.assertFalse(taken)
