"""The policy in force and the switch of a company: set once by the setup, then read only."""

from odoo.addons.ai_close.kernel.canonical import digest
from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestPolicy(PortCase):
    def _plain(self):
        return self._make_company("Plain", enabled=False)

    def _first(self, company, user=None, **changes):
        policies = self.env["ai.close.policy"].with_user(user or self.controller)
        return policies._create_first(company, self._params(company, **changes), tz="Europe/Paris")

    def test_the_first_policy_switches_the_company_on(self):
        company = self._plain()
        self.assertFalse(company.ai_close_enabled)
        policy = self._first(company).sudo()
        self.assertEqual((policy.state, policy.version, policy.company_id), ("in_force", 1, company))
        self.assertEqual((company.ai_close_enabled, company.ai_close_tz), (True, "Europe/Paris"))
        self.assertEqual(policy.digest, digest(self._params(company)))
        self.assertEqual(self.audit("policy.first")[0].user_id, self.controller.id)
        self.assertEqual(self.audit("company.enable")[0].company_id, company.id)

    def test_there_is_one_first_policy(self):
        with self.assertCode("POL001"), self.cr.savepoint():
            self._first(self.company)

    def test_only_a_controller_makes_it(self):
        company = self._plain()
        for user, code in ((self.preparer, "SOD003"), (self.reviewer, "SOD003"), (self.agent, "SOD002")):
            with self.subTest(user=user.login), self.assertCode(code), self.cr.savepoint():
                self._first(company, user)
        self.assertFalse(company.ai_close_enabled)

    def test_a_policy_that_does_not_fit_its_company_is_none(self):
        company = self._plain()
        stranger = self.account("grni")
        for changes in (
            {"materiality": 5000},
            {"materiality": "-1"},
            {"roles": {"grni": stranger.id}},
            {"roles": {"grni": 2**30}},
            {"adjustment_journal_id": self.journal("general").id},
            {"rules": {"STA001": {"outlier_z": 6.5}}},
            {"unknown": True},
        ):
            with self.subTest(changes=changes), self.assertCode("POL002"), self.cr.savepoint():
                self._first(company, **changes)
        self.assertFalse(company.ai_close_enabled)

    def test_what_is_in_force_is_read_only(self):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        for values in (
            {"params": {}},
            {"state": "draft"},
            {"company_id": 1},
            {"version": 2},
            {"digest": "x"},
        ):
            with self.subTest(values=values), self.assertCode("AUD002"), self.cr.savepoint():
                policy.write(values)
        with self.assertCode("AUD003"), self.cr.savepoint():
            policy.unlink()

    def test_amounts_and_accounts_of_the_policy(self):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        self.assertEqual(str(policy._money("limits", "match")), "10000.00")
        self.assertIsNone(policy._money("limits", "nothing"))
        self.assertEqual(policy._role_account("grni"), self.account("grni"))
        self.assertEqual(policy._role_account("suspense"), self.account("suspense"))
        self.assertFalse(self.env["ai.close.policy"]._role_account("grni"))
        self.assertIsNone(self.env["ai.close.policy"]._money("materiality"))

    def test_nobody_switches_a_company_off(self):
        admin = self.env.ref("base.user_admin")
        for env in (self.env, self.env(user=admin), self.env(user=admin, su=True)):
            for values in ({"ai_close_enabled": False}, {"ai_close_tz": "UTC"}):
                with self.subTest(values=values), self.assertCode("POL003"), self.cr.savepoint():
                    self.company.with_env(env).write(values)
        with self.assertCode("POL003"), self.cr.savepoint():
            self.company.with_context(ai_close_enable=True).write({"ai_close_enabled": False})
        # what does not change anything is no attempt
        self.company.write({"ai_close_enabled": True, "ai_close_tz": self.company.ai_close_tz})
        self.assertTrue(self.company.ai_close_enabled)

    def test_no_company_is_born_enabled(self):
        with self.assertCode("POL003"), self.cr.savepoint():
            self.env["res.company"].create({"name": "Born", "ai_close_enabled": True})
        with self.assertCode("POL003"), self.cr.savepoint():
            self.env["res.company"].with_context(default_ai_close_enabled=True).create({"name": "Born"})
        with self.assertCode("POL003"), self.cr.savepoint():
            self._plain()._ai_close_enable()
