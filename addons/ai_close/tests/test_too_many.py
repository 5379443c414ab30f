"""Too many like this: a draft of the policy, and nothing hidden.  And a version as a file."""

import base64
import json

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .policy_case import PolicyCase


@tagged("post_install", "-at_install")
class TestTooMany(PolicyCase):
    def setUp(self):
        super().setUp()
        self.item = self.invoice(300, date=self.today.replace(day=1).isoformat())
        self.line = self.item.move_id.line_ids.filtered(lambda line: line.display_type == "product")
        close = self.env["ai.close"].sudo()._for_month(self.company, self.today.replace(day=1))
        self.finding = (
            self.env["ai.close.finding"]
            ._guarded()
            .create(
                {
                    "key": f"CLS001:{self.company.id}:account.move.line,{self.line.id}:usual",
                    "close_id": close.id,
                    "company_id": self.company.id,
                    "rule": "CLS001",
                    "severity": "medium",
                    "title": "Unusual account",
                    "amount": 300,
                    "anchor_model": "account.move.line",
                    "anchor_id": self.line.id,
                }
            )
        )

    def wizard(self, user):
        return Form(
            self.env["ai.close.finding.quieter"]
            .with_user(user)
            .with_context(
                active_model="ai.close.finding",
                active_id=self.finding.id,
                allowed_company_ids=self.company.ids,
            )
        )

    def drafted(self, form):
        return self.policies.browse(form.save().action_draft()["res_id"])

    def test_partner_and_account_become_an_exception_in_a_draft(self):
        form = self.wizard(self.ben)
        self.assertEqual(
            (form.way, form.partner_id, form.account_id), ("both", self.partner_a, self.line.account_id)
        )
        draft = self.drafted(form)
        self.assertEqual((draft.state, draft.drafted_by_id), ("draft", self.ben))
        self.assertEqual(
            draft.params["rules"]["CLS001"],
            {"dismissed": [{"partner": self.partner_a.id, "account": self.line.account_id.id}]},
        )
        self.assertEqual(self.finding.state, "open", "nothing is hidden")
        self.assertEqual(self.first.params["rules"], {"CMP001": {"enabled": True}}, "nor changed")
        self.assertEqual(self.events("finding.too_many")[0].res_id, self.finding.id)
        # a second one goes into the same draft, once
        form = self.wizard(self.carla)
        form.way = "threshold"
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.former, "5")
            line.value = "9"
        self.assertEqual(self.drafted(form), draft)
        self.assertEqual(draft.params["rules"]["CLS001"]["cls_min_history"], 9)
        self.assertEqual(len(draft.params["rules"]["CLS001"]["dismissed"]), 1)
        self.assertEqual(draft.editor_ids, self.ben | self.carla)
        self.propose(draft, self.ben)
        self.assert_refused("SOD001", self.approve, draft, self.carla)

    def test_who_may_and_what_is_refused(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.wizard(self.anna).save()
        form = self.wizard(self.ben)
        form.way = "account"
        form.account_id = self.env["account.account"]
        self.assert_refused("POL018", form.save().action_draft)
        form = self.wizard(self.ben)
        form.way = "threshold"
        with form.line_ids.edit(0) as line:
            line.value = "many"
        self.assert_refused("POL002", form.save().action_draft)
        # a digit for readers, no number
        self.finding._guarded().write({"rule": "STA003"})
        form = self.wizard(self.ben)
        form.way = "threshold"
        with form.line_ids.edit(0) as line:
            line.value = "\N{SUPERSCRIPT TWO}"
        draft = self.drafted(form)
        self.assertEqual(draft.params["rules"]["STA003"]["score_min"], "\N{SUPERSCRIPT TWO}")
        self.be(draft, self.ben).action_discard("It was a test only.")
        self.finding._guarded().write({"rule": "ACC006"})
        form = self.wizard(self.ben)
        form.way = "partner"
        self.assert_refused("POL018", form.save().action_draft)
        self.propose(self.draft(materiality="6000.00"))
        self.finding._guarded().write({"rule": "CLS001"})
        self.assert_refused("POL004", self.wizard(self.ben).save().action_draft)

    def test_a_version_that_was_never_made_is_no_file(self):
        never = self.be(self.env["ai.close.policy"], self.ben).new()
        self.assert_refused("POL002", never.action_export)

    def test_a_version_as_a_file(self):
        action = self.be(self.first, self.audrey).action_export()
        made = self.env["ai.close.policy.export"].browse(int(action["url"].split("/")[4]))
        told = json.loads(base64.b64decode(made.data))
        self.assertEqual(told["materiality"], "5000.00")
        self.assertEqual(told["suspense_account"], [self.bank.suspense_account_id.code])
        self.assertEqual(told["companies"][0]["id"], self.company.id)

    def test_a_file_is_for_who_asked_for_it(self):
        """It bears limits and people of one company, and roles go over all companies."""
        action = self.be(self.first, self.audrey).action_export()
        made = self.env["ai.close.policy.export"].browse(int(action["url"].split("/")[4]))
        self.env.invalidate_all()
        self.assertTrue(made.with_user(self.audrey).data)
        self.env.invalidate_all()
        self.assertFalse(made.with_user(self.ben).search([("id", "=", made.id)]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            made.with_user(self.ben).read(["data"])
