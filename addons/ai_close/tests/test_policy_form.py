"""The form of a draft of the policy: it changes what somebody touched and refuses in sentences."""

import json

from odoo import fields
from odoo.addons.ai_close.kernel.rule_book import book, parameters
from odoo.addons.ai_close.kernel.tie_out import HIGH_RISK, KINDS
from odoo.tests import Form, tagged

from .policy_case import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyForm(PolicyCase):
    def edit(self, policy, user=None):
        wizard = self.env["ai.close.policy.edit"].with_user(user or self.ben)
        return Form(
            wizard.with_context(
                active_model="ai.close.policy", active_id=policy.id, allowed_company_ids=self.company.ids
            )
        )

    def test_the_form_that_nobody_touched_changes_nothing(self):
        draft = self.draft()
        before = json.dumps(draft.params, sort_keys=True)
        self.edit(draft).save().action_save()
        self.assertEqual(json.dumps(draft.params, sort_keys=True), before)
        self.assertFalse(draft.editor_ids)

    def test_the_form_keeps_what_it_does_not_show(self):
        params = {**self.first.params, "limits": {**self.first.params["limits"], "other": "7.00"}}
        draft = self.draft(limits=params["limits"])
        form = self.edit(draft)
        form.materiality = 6000
        form.save().action_save()
        self.assertEqual(draft.params["limits"]["other"], "7.00")
        self.assertEqual(draft.params["materiality"], "6000.00")

    def test_amounts_rules_accounts_and_phase(self):
        draft = self.draft(rules={"CMP002": {"enabled": True, "silent_min_months": 6}})
        form = self.edit(draft)
        form.limit_match = 2500
        form.band_auto = 97.5
        form.phase = "observe"
        form.manual_amount = 800
        form.manual_journal_ids.add(self.general)
        form.seal_mail_to = "audit@example.com\nboard@example.com"
        form.audit_retention_years = 10
        codes = list(book())
        with form.rule_ids.edit(codes.index("CMP002")) as rule:
            rule.enabled = False
        names = [(code, name) for code in codes for name in parameters(code)]
        with form.setting_ids.edit(names.index(("CMP002", "silent_min_months"))) as setting:
            setting.value = "9"
        with form.role_ids.edit(1) as role:
            role.account_ids.clear()
            role.account_ids.add(self.expense)
        form.save().action_save()
        params = draft.params
        self.assertEqual(params["limits"]["match"], "2500.00")
        self.assertEqual(params["bands"]["auto"], "0.9750")
        self.assertEqual(params["phase"], "observe")
        self.assertEqual(params["manual"], {"journals": [self.general.id], "amount": "800.00"})
        self.assertEqual(params["seal_mail_to"], ["audit@example.com", "board@example.com"])
        self.assertEqual(params["audit_retention_years"], 10)
        self.assertEqual(params["rules"], {"CMP002": {"enabled": False, "silent_min_months": 9}})
        self.assertEqual(params["roles"]["grni"], self.expense.id)
        self.assertEqual(draft.editor_ids, self.ben)
        labels = {row["label"]: (row["old"], row["new"]) for row in draft.changes}
        self.assertIn("2,500.00", labels["Preparer's limit for a match"][1])
        self.assertEqual(labels["Phase"], ("–", "Observe"))
        self.assertEqual(labels["CMP002 Silent journal: on"], ("–", "no"))
        self.assertEqual(labels["Match is sure from"], ("95 %", "97.5 %"))
        self.assertEqual(labels["Journals of manual entries"][1], self.general.display_name)

    def test_tie_outs(self):
        draft = self.draft()
        form = self.edit(draft)
        self.assertEqual((form.tie_out_rotation_months, form.tie_out_blocks), (3, False))
        form.tie_out_rotation_months = 6
        form.tie_out_blocks = True
        form.tie_out_payroll_days = 20
        with form.tie_out_kind_ids.edit(list(KINDS).index("loan")) as line:
            line.high_risk = True
        form.save().action_save()
        risky = sorted([*HIGH_RISK, "loan"])
        said = {"rotation_months": 6, "blocks": True, "payroll_days": 20, "high_risk": risky}
        self.assertEqual(draft.params["tie_outs"], said, "what is usual stays unwritten")
        labels = {row["label"]: (row["old"], row["new"]) for row in draft.changes}
        self.assertEqual(labels["The lock waits for tie-outs"], ("–", "yes"))
        self.assertIn("Loans", labels["Tie-outs of every month"][1])
        form = self.edit(draft)
        form.tie_out_rotation_months = 0
        self.assert_refused("POL002", form.save().action_save)

    def test_bad_input_is_a_sentence(self):
        draft = self.draft(rules={"CMP002": {"enabled": True, "silent_min_months": 6}})
        for name, value in (("value", "many"), ("value", "-1"), ("code", "XXX999"), ("name", "Enabled!")):
            edit = self.edit(draft).save()
            # as over RPC: the form's own list shows code and name read only
            edit.setting_ids[0].write({name: value})
            with self.subTest(name=name, value=value):
                self.assert_refused("POL002", edit.action_save)
        form = self.edit(draft)
        form.materiality = -5
        self.assert_refused("POL002", form.save().action_save)
        form = self.edit(draft)
        form.band_auto = 50
        self.assert_refused("POL002", form.save().action_save)

    def test_a_stale_form_overwrites_nothing(self):
        draft = self.draft()
        mine, theirs = self.edit(draft), self.edit(draft, self.carla)
        theirs.materiality = 7000
        theirs.save().action_save()
        mine.materiality = 6000
        self.assert_refused("ENT015", mine.save().action_save)
        self.assertEqual(draft.params["materiality"], "7000.00")

    def test_only_a_draft_is_edited(self):
        form = self.edit(self.first)
        form.materiality = 1
        self.assert_refused("ENT001", form.save().action_save)

    def test_the_proposal_form(self):
        draft = self.draft(materiality="6000.00")
        form = Form(
            self.env["ai.close.policy.propose"]
            .with_user(self.ben)
            .with_context(active_model="ai.close.policy", active_id=draft.id)
        )
        self.assertEqual(form.valid_from, self.today)
        form.reason = "More business"
        form.save().action_propose()
        self.assertEqual((draft.state, draft.valid_from), ("proposed", self.today))
        self.assertEqual(fields.Date.to_date(draft.valid_from), self.today)
