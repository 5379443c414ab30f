"""Accounts by role and settings of proposers in a policy: proposed, copied by code, typed, in words."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..kernel import account_roles, proposer_book
from ..kernel.proposers import NAMES
from .policy_case import PolicyCase

PLACES = [(code, name) for code in NAMES for name in proposer_book.simple(code)]


class EditCase(PolicyCase):
    def edit(self, policy, user=None):
        context = {"active_model": "ai.close.policy", "active_id": policy.id}
        return Form(
            self.env["ai.close.policy.edit"]
            .with_user(user or self.ben)
            .with_context(**context, allowed_company_ids=self.company.ids)
        )

    def account(self, code, name, kind, company=None):
        company = company or self.company
        return (
            self.env["account.account"]
            .with_company(company)
            .create({"code": code, "name": name, "account_type": kind, "company_ids": [(6, 0, company.ids)]})
        )

    def line(self, edit, role):
        return edit.role_ids.filtered(lambda line: line.role == role)


@tagged("post_install", "-at_install")
class TestPolicyRoles(EditCase):
    def test_every_role_is_there_and_an_empty_one_says_nothing(self):
        draft = self.draft()
        before = draft.params
        edit = self.edit(draft).save()
        self.assertEqual(set(edit.role_ids.mapped("role")), set(account_roles.ROLES))
        self.assertEqual(self.line(edit, "grni").needed_by, "GR, GS")
        edit.action_save()
        self.assertEqual(draft.params, before)

    def test_the_books_fill_what_is_empty_and_leave_what_is_chosen(self):
        payable = self.account("T2220", "Intercompany payable", "liability_payable")
        draft = self.draft()
        grni = draft.params["roles"]["grni"]
        edit = self.edit(draft).save()
        again = edit.action_propose_roles()
        self.assertEqual((again["res_id"], again["target"]), (edit.id, "new"))
        filled = self.line(edit, "ic_payable")
        self.assertEqual((filled.account_ids, filled.confidence), (payable, "check"), "nobody used it yet")
        self.assertIn("by its name", filled.reason)
        self.assertEqual(self.line(edit, "grni").account_ids.ids, [grni])
        self.assertTrue(self.line(edit, "grni").reason)
        chosen = edit.role_ids.filtered("account_ids")
        self.assertNotIn("open", chosen.mapped("confidence"))
        unknown = edit.role_ids.filtered(lambda line: not line.account_ids)
        self.assertEqual(set(unknown.mapped("confidence")), {"open"})
        edit.action_save()
        self.assertEqual(draft.params["roles"]["ic_payable"], payable.id)
        self.assertFalse(draft.params["roles"].keys() & set(unknown.mapped("role")))
        labels = {row["label"]: row["new"] for row in draft.changes}
        self.assertEqual(labels["Account: Due to group companies"], payable.display_name)
        # a proposal is no decision: it holds nowhere, and who edited it does not approve it
        self.assertNotIn("ic_payable", self.policies._in_force(self.company).params["roles"])
        self.propose(draft)
        self.assert_refused("SOD003", self.be(draft, self.ben).action_approve)

    def test_a_role_that_is_emptied_is_gone_and_one_account_is_one(self):
        draft = self.draft()
        form = self.edit(draft)
        with form.role_ids.edit(sorted(draft.params["roles"]).index("billed_not_received")) as role:
            role.account_ids.clear()
        form.save().action_save()
        self.assertNotIn("billed_not_received", draft.params["roles"])
        form = self.edit(draft)
        with form.role_ids.edit(sorted(draft.params["roles"]).index("grni")) as role:
            role.account_ids.add(self.expense)
        self.assertIn("only one account", self.assert_refused("POL002", form.save().action_save))
        rows = {row["Entries"][:2]: row for row in draft.proposer_rows}
        self.assertEqual(rows["GR"]["No account yet for"], ["Billed, not received"])
        self.assertIn("Accrued interest", rows["IN"]["No account yet for"])

    def test_copied_from_another_company_by_code(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        theirs = {
            "prepaid": self.account("T4901", "Vooruitbetaald", "asset_prepayments", sister).id,
            "accrued_interest": self.account("T9999", "Lopende rente", "liability_current", sister).id,
        }
        params = {**self.first.params, "roles": theirs, "adjustment_journal_id": self._journal(sister).id}
        params.pop("manual", None)
        self.carla.company_ids |= sister
        self.env["ai.close.policy"].with_user(self.carla)._create_first(sister, params)
        ours = self.account("T4901", "Something else", "asset_prepayments")
        draft = self.draft()
        edit = self.edit(draft).save()
        edit.copy_company_id = sister
        self.assert_refused("POL013", edit.action_copy_roles)
        self.ben.company_ids |= sister
        edit.action_copy_roles()
        self.assertEqual(self.line(edit, "prepaid").account_ids, ours)
        missing = self.line(edit, "accrued_interest")
        self.assertFalse(missing.account_ids)
        self.assertIn("T9999", missing.reason)
        self.assertEqual(missing.confidence, "open")

    def _journal(self, company):
        return self.env["account.journal"].create(
            {"name": "Adjustments", "code": "ADJ", "type": "general", "company_id": company.id}
        )

    def test_only_a_draft_and_only_who_may_edit(self):
        draft = self.draft(materiality="6000.00")
        edit = self.edit(draft).save()
        self.propose(draft)
        for call in (edit.action_propose_roles, edit.action_copy_roles):
            self.assert_refused("ENT001", call)
        self.be(draft, self.ben).action_take_back("Once more")
        with self.assertRaises(AccessError):
            edit.with_user(self.anna).action_propose_roles()

    def test_a_form_that_was_never_saved_is_refused_in_words(self):
        unsaved = self.env["ai.close.policy.edit"].with_user(self.ben).new()
        for call in (unsaved.action_propose_roles, unsaved.action_copy_roles):
            self.assertIn("no draft", self.assert_refused("POL002", call))


@tagged("post_install", "-at_install")
class TestPolicyProposers(EditCase):
    def test_set_in_the_form_and_read_back(self):
        draft = self.draft()
        loan = self.account("T1700", "Loan in euro", "liability_non_current")
        old = self.account("T6001", "Old cost", "expense")
        old.active = False
        form = self.edit(draft)
        with form.proposer_ids.edit(list(NAMES).index("IC")) as proposer:
            proposer.enabled = False
        with form.proposer_setting_ids.edit(PLACES.index(("FX", "closing_rate_max_age_days"))) as setting:
            self.assertEqual(setting.usual, "3")
            setting.value = "5"
        for days, percent in ((30, 2), (0, 0.5)):
            with form.ageing_ids.new() as row:
                row.days = days
                row.percent = percent
        form.ageing_older = 50
        with form.individual_ids.new() as one:
            one.partner_id = self.partner_a
        form.monetary_account_ids.add(loan)
        with form.successor_ids.new() as successor:
            successor.account_id = old
            successor.successor_id = self.expense
        form.save().action_save()
        rules = draft.params["rules"]
        self.assertEqual(
            rules["BD"],
            {
                "ageing": [[0, "0.5"], [30, "2"], [None, "50"]],
                "individual": [{"partner": self.partner_a.id}],
            },
        )
        self.assertEqual(rules["FX"], {"closing_rate_max_age_days": 5, "monetary_accounts": [loan.id]})
        self.assertEqual(rules["IC"], {"enabled": False})
        self.assertEqual(
            draft.params["settings"]["successors"], [{"account": old.id, "successor": self.expense.id}]
        )
        labels = {row["label"]: row["new"] for row in draft.changes}
        ageing = "BD Allowance for doubtful receivables: ageing table: days past due and percent"
        self.assertEqual(labels[ageing], "not due 0.5 %; 1-30 days 2 %; older 50 %")
        self.assertEqual(labels["IC Group recharges without a mirror: on"], "no")
        self.assertIn(
            loan.display_name, labels["FX Revaluation of foreign items: further accounts that are revalued"]
        )
        before = draft.params
        self.edit(draft).save().action_save()
        self.assertEqual(draft.params, before, "what the form shows it gives back")
        form = self.edit(draft)
        while len(form.ageing_ids):
            form.ageing_ids.remove(0)
        form.ageing_older = 0
        form.individual_ids.remove(0)
        form.monetary_account_ids.clear()
        form.successor_ids.remove(0)
        form.save().action_save()
        self.assertEqual(draft.params["rules"]["BD"], {})
        self.assertEqual(draft.params["rules"]["FX"], {"closing_rate_max_age_days": 5})
        self.assertEqual(draft.params["settings"]["successors"], [])

    def test_bad_input_is_a_sentence(self):
        draft = self.draft()
        for code, name, value, said in (
            ("FX", "closing_rate_max_age_days", "often", "a whole number from 0 to 31"),
            ("GR", "by_hand", "never", "one of stop, apart"),
            ("RC", "fiscal_year_end", "31-12", "a month and a day"),
            ("PY", "working_weekdays", "8", "days of the week"),
        ):
            form = self.edit(draft)
            with form.proposer_setting_ids.edit(PLACES.index((code, name))) as setting:
                setting.value = value
            with self.subTest(name=name):
                self.assertIn(said, self.assert_refused("POL002", form.save().action_save))
        for rows, older, said in (
            (((30, 2), (30, 3)), 50, "30 comes after 30"),
            (((-1, 2),), 50, "a whole number from 0"),
            (((30, 101),), 50, "outside 0 to 100"),
        ):
            form = self.edit(draft)
            for days, percent in rows:
                with form.ageing_ids.new() as row:
                    row.days, row.percent = days, percent
            form.ageing_older = older
            with self.subTest(rows=rows):
                self.assertIn(said, self.assert_refused("POL002", form.save().action_save))
        form = self.edit(draft)
        with form.individual_ids.new():
            pass
        self.assertIn("choose one a row", self.assert_refused("POL002", form.save().action_save))

    def test_what_is_no_monetary_item_is_refused_by_name(self):
        prepaid = self.account("T4901", "Paid ahead", "asset_prepayments")
        deferred = self.account("T4930", "Unearned", "liability_current")
        draft = self.draft(roles={**self.first.params["roles"], "deferred_revenue": deferred.id})
        for account, said in (
            (prepaid, "no monetary item"),
            (self.expense, "no monetary item"),
            (deferred, "Deferred revenue"),
        ):
            form = self.edit(draft)
            form.monetary_account_ids.add(account)
            with self.subTest(account=account.name):
                sentence = self.assert_refused("POL002", form.save().action_save)
                self.assertIn(account.display_name, sentence)
                self.assertIn(said, sentence)

    def test_what_is_another_companys_is_refused(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        theirs = self.account("T1700", "Loan", "liability_current", sister)
        partner = self.env["res.partner"].create({"name": "Theirs", "company_id": sister.id})
        draft = self.draft()
        save = self.be(draft, self.ben)._save_draft
        for rules, settings, said in (
            ({"FX": {"monetary_accounts": [theirs.id]}}, {}, "an account that the company does not have"),
            ({"BD": {"individual": [{"partner": partner.id}]}}, {}, "a customer that"),
            ({"BD": {"individual": [{"move": 2**30}]}}, {}, "an entry that"),
            (
                {},
                {"successors": [{"account": self.expense.id, "successor": theirs.id}]},
                "an account that the company does not have",
            ),
        ):
            with self.subTest(said=said):
                sentence = self.assert_refused(
                    "POL002", save, {**draft.params, "rules": rules, "settings": settings}
                )
                self.assertIn(said, sentence)
