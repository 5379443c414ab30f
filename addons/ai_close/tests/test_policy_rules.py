"""The rules in a policy: every one shown, set in the form, and refused by what is allowed."""

from odoo.addons.ai_close.kernel.rule_book import book, parameters
from odoo.tests import Form, tagged

from .policy_case import PolicyCase

PLACES = [(code, name) for code in book() for name in parameters(code)]


@tagged("post_install", "-at_install")
class TestPolicyRules(PolicyCase):
    def edit(self, policy, user=None):
        context = {"active_model": "ai.close.policy", "active_id": policy.id}
        return Form(
            self.env["ai.close.policy.edit"]
            .with_user(user or self.ben)
            .with_context(**context, allowed_company_ids=self.company.ids)
        )

    def test_every_rule_is_shown_with_what_this_version_says(self):
        draft = self.draft(
            rules={
                "EXF001": {"severity": "medium", "dup_window_days": 90},
                "CMP002": {"enabled": False, "dismissed": [{"account": self.expense.id}]},
            }
        )
        rows = {row["code"]: row for row in draft.rule_rows}
        self.assertEqual(set(rows), set(book()))
        self.assertEqual((rows["EXF001"]["severity"], rows["EXF001"]["severity_changed"]), ("medium", True))
        days = next(one for one in rows["EXF001"]["parameters"] if one["name"] == "dup_window_days")
        self.assertEqual((days["value"], days["usual"], days["changed"]), ("90", "365", True))
        self.assertFalse(rows["CMP002"]["on"])
        self.assertEqual(rows["CMP002"]["exceptions"], [self.expense.display_name])
        self.assertTrue(rows["CMP001"]["on"], "what the policy does not name is on")
        labels = {row["label"]: row["new"] for row in draft.changes}
        self.assertEqual(labels["EXF001 Duplicate bill: two bills lie at most so many days apart"], "90")
        self.assertEqual(labels["CMP002 Silent journal: exceptions"], self.expense.display_name)

    def test_set_in_the_form(self):
        draft = self.draft()
        form = self.edit(draft)
        with form.rule_ids.edit(list(book()).index("EXF001")) as rule:
            rule.severity = "critical"
        with form.setting_ids.edit(PLACES.index(("CUT001", "cutoff_min_amount"))) as setting:
            self.assertEqual(setting.usual, "0.05 M")
            setting.value = "0.1 M"
        with form.exception_ids.new() as exception:
            exception.code = "cls001"
            exception.partner_id = self.partner_a
        form.holidays = "2026-12-25\n2026-12-26"
        form.close_days = "5"
        form.approval_limits = "5000\n10000.00"
        form.analytic_required = "60 Projects"
        form.overdraft_limits = f"{self.expense.code} 250.00"
        form.save().action_save()
        self.assertEqual(
            draft.params["rules"],
            {
                "CLS001": {"dismissed": [{"partner": self.partner_a.id}]},
                "CMP001": {"enabled": True},
                "CUT001": {"cutoff_min_amount": "0.1 M"},
                "EXF001": {"severity": "critical"},
            },
        )
        self.assertEqual(
            draft.params["settings"],
            {
                "approval_limits": ["5000.00", "10000.00"],
                "holidays": ["2026-12-25", "2026-12-26"],
                "close_days": ["5"],
                "analytic_required": [{"account_prefix": "60", "plan": "Projects"}],
                "overdraft_limits": [{"account": self.expense.id, "amount": "250.00"}],
            },
        )
        again = self.edit(draft)
        self.assertEqual(again.overdraft_limits, f"{self.expense.code} 250.00")
        before = draft.params
        again.save().action_save()
        self.assertEqual(draft.params, before, "what the form shows it gives back")

    def test_what_is_allowed_is_said(self):
        draft = self.draft()
        for code, name, value, said in (
            ("EXF001", "dup_window_days", "1.5", "a whole number from 0"),
            ("CUT001", "cutoff_min_amount", "much", "an amount like 250.00"),
            ("EXF009", "night_hours", "22", "two hours like 22-6"),
        ):
            form = self.edit(draft)
            with form.setting_ids.edit(PLACES.index((code, name))) as setting:
                setting.value = value
            with self.subTest(name=name):
                self.assertIn(said, self.assert_refused("POL002", form.save().action_save))
        for rules, said in (
            ({"CMP099": {"enabled": True}}, "no such rule"),
            ({"CMP002": {"silent_months": 3}}, "the rule has: silent_min_months"),
            ({"CMP002": {"severity": "urgent"}}, "one of critical"),
            ({"CMP002": {"dismissed": [{}]}}, "a partner or an account"),
            ({"CMP002": {"dismissed": [{"account": 2**30}]}}, "an account that the company does not have"),
        ):
            with self.subTest(rules=rules):
                sentence = self.assert_refused(
                    "POL002", self.be(draft, self.ben)._save_draft, {**draft.params, "rules": rules}
                )
                self.assertIn(said, sentence)
