"""H10: what a locked month was reported with is not restated by accounts, journals, merges or new numbers."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .close_common import CloseCase
from .locks import except_by_hand, lock_by_hand


@tagged("post_install", "-at_install")
class TestHoleH10(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("mia", "controller")
        cls.settings = cls.person("sam", "controller")
        cls.settings.group_ids = [Command.link(cls.env.ref("base.group_system").id)]
        cls.item = cls.invoice(120.0, date="2026-09-10")
        cls.income = (cls.item.move_id.line_ids - cls.item).account_id
        cls.fresh = cls.expense.copy({"name": "Never used"})

    def setUp(self):
        super().setUp()
        self.lock_books("2026-09-30")

    def lock_books(self, date):
        lock_by_hand(self.company, fiscalyear_lock_date=date)

    @contextmanager
    def without_ai_close(self):
        """What happens in a company that is not enabled; undone afterwards, for the other half."""
        with self.env.cr.savepoint() as point:
            self.env.cr.execute("UPDATE res_company SET ai_close_enabled = false")
            self.env.invalidate_all()
            yield
            self.env.flush_all()
            point.rollback()
        self.env.invalidate_all()
        self.assertTrue(self.company.ai_close_enabled)

    def assert_only_guarded(self, code, record, vals, user=None):
        """Assert that the write succeeds where AI Close is off, and is refused where it is on."""
        record = self.be(record, user or self.manager)
        with self.without_ai_close():
            record.write(dict(vals))
        return self.assert_refused(code, record.write, dict(vals))

    # -- accounts

    def test_the_type_of_an_account_with_locked_entries_stays(self):
        sentence = self.assert_only_guarded("LCK014", self.income, {"account_type": "equity"})
        self.assertIn("new account", sentence)
        self.assertIn(self.item.move_id.name, sentence)
        self.assert_refused("LCK014", self.be(self.income, self.settings).write, {"account_type": "equity"})
        sudo = self.be(self.income, self.manager).sudo()
        self.assert_refused("LCK014", sudo.write, {"account_type": "liability_current"})

    def test_its_code_stays(self):
        self.assert_only_guarded("LCK014", self.income, {"code": "612345"})
        mapping = self.income.with_user(self.manager).with_context(allowed_company_ids=self.company.ids)
        root = self.company.root_id
        self.assert_refused(
            "LCK014",
            mapping.write,
            {"code_mapping_ids": [Command.update(self.income.id * 10000 + root.id, {"code": "98"})]},
        )

    def test_its_currency_stays(self):
        euro = self.env.ref("base.EUR")
        account = self.expense.copy({"name": "Loans", "account_type": "asset_current"})
        self.booked(account, "2026-09-15", currency=euro)
        # none to one only names the currency that everything on it has anyway
        self.be(account, self.manager).write({"currency_id": euro.id})
        self.assert_only_guarded("LCK014", account, {"currency_id": False})

    def test_open_items_of_locked_months_do_not_vanish(self):
        account = self.expense.copy({"name": "Deposits", "account_type": "asset_current", "reconcile": True})
        line = self.booked(account, "2026-09-15")
        self.assertEqual(line.amount_residual, 50.0)
        self.assert_only_guarded("LCK014", account, {"reconcile": False})
        self.assertEqual(line.amount_residual, 50.0)

    def test_what_restates_nothing_is_written_and_told(self):
        for account, vals in (
            (self.income, {"name": "Sales of goods"}),
            (self.income, {"account_type": self.income.account_type, "code": self.income.code}),
            (self.fresh, {"account_type": "asset_current"}),
            (self.fresh, {"code": "699999"}),
        ):
            self.be(account, self.manager).write(vals)
        told = self.env["ai.close.audit"].sudo().search([("action", "=", "account.write")])
        self.assertEqual(told.mapped("res_id"), [self.fresh.id, self.fresh.id])
        self.assertIn("asset_current", told[-1].after)
        self.assertEqual(told.mapped("company_id"), [self.company.id] * 2)

    def test_an_account_of_open_months_only_may_change(self):
        account = self.expense.copy({"name": "October only"})
        self.booked(account, "2026-10-15")
        self.be(account, self.manager).write({"account_type": "expense_direct_cost"})
        self.assertEqual(account.account_type, "expense_direct_cost")
        self.lock_books("2026-10-31")
        self.assert_refused("LCK014", self.be(account, self.manager).write, {"account_type": "expense"})

    def test_an_account_that_a_default_names_is_not_deleted_as_if_odoo_uninstalled_something(self):
        self.env["ir.default"].set(
            "product.category", "property_account_expense_categ_id", self.fresh.id, company_id=self.company.id
        )
        spare = self.expense.copy({"name": "Named by nobody"})
        uninstalling = {"_force_unlink": True, "dynamic_unlink": True}
        with self.without_ai_close():
            self.be(self.fresh, self.manager).with_context(**uninstalling).unlink()
            self.assertFalse(self.fresh.exists())
        for user in (self.manager, self.settings):
            with self.assertRaisesRegex(UserError, "default value"), self.env.cr.savepoint():
                self.be(self.fresh, user).with_context(**uninstalling).unlink()
        self.assertTrue(self.fresh.exists())
        self.be(spare, self.manager).with_context(**uninstalling).unlink()
        self.assertFalse(spare.exists())

    def booked(self, account, date, currency=None):
        line = {"account_id": account.id, "balance": 50, "name": "x"}
        if currency:
            line |= {"currency_id": currency.id, "amount_currency": 40}
        other = {"account_id": self.expense.id, "balance": -50, "name": "x"}
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "line_ids": [Command.create(line), Command.create(other)],
            }
        )
        self.lock_books(None)
        move.action_post()
        self.lock_books("2026-09-30")
        return move.line_ids.filtered(lambda line: line.account_id == account)

    # -- wizards

    def test_accounts_with_locked_entries_are_not_merged(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.company_ids = [Command.link(other.id)]
        twin = (
            self.env["account.account"]
            .with_company(other)
            .create(
                {
                    "name": "Sales there",
                    "code": "701",
                    "account_type": self.income.account_type,
                    "company_ids": [Command.set(other.ids)],
                }
            )
        )
        accounts = twin | self.income
        wizards = self.env["account.merge.wizard"].with_user(self.manager)
        wizards = wizards.with_context(
            allowed_company_ids=(self.company | other).ids,
            active_model="account.account",
            active_ids=accounts.ids,
        )

        def merge():
            wizard = wizards.create({})
            self.assertFalse(wizard.disable_merge_button)
            wizard.action_merge()

        with self.without_ai_close():
            merge()
            self.env.invalidate_all()
            self.assertEqual(len((twin | self.income).exists()), 1)
        self.assert_refused("LCK014", merge)
        self.assertTrue(twin.exists() and self.income.exists())

    def test_locked_entries_keep_their_numbers(self):
        move = self.item.move_id
        wizards = self.be(self.env["account.resequence.wizard"], self.manager)

        def resequence(moves):
            wizards.with_context(active_model="account.move", active_ids=moves.ids).create(
                {"move_ids": [Command.set(moves.ids)], "first_name": "INV/2026/00777"}
            ).resequence()

        # Odoo itself refuses it below a lock, but not for somebody who was given an exception.
        except_by_hand(
            self.company,
            user_id=self.manager.id,
            fiscalyear_lock_date=False,
            reason="a late bill",
            end_datetime="2126-01-01",
        )
        with self.without_ai_close():
            resequence(move)
            self.assertEqual(move.name, "INV/2026/00777")
        self.assert_refused("LCK014", resequence, move)
        later = self.invoice(5.0, date="2026-10-10").move_id
        resequence(later)
        self.assertEqual(later.name, "INV/2026/00777")

    def test_partners_of_locked_entries_are_not_merged_away(self):
        used, spare = self.partner_a, self.env["res.partner"].create({"name": "Spare"})
        merge = self.env["base.partner.merge.automatic.wizard"].with_user(self.settings)
        with self.without_ai_close():
            merge._merge([used.id, spare.id], spare)
            self.env.invalidate_all()
            self.assertEqual(self.item.partner_id, spare)
        self.assert_refused("LCK014", merge._merge, [used.id, spare.id], spare)
        self.assertEqual(self.item.partner_id, used)
        # the other way round nothing of a locked month changes
        merge._merge([used.id, spare.id], used)
        self.assertFalse(spare.exists())

    # -- switches

    def test_a_journal_with_locked_entries_is_not_turned_into_another(self):
        line = self.bank_line_of_locked_month()
        account = self.company_data["default_account_assets"].copy({"account_type": "asset_cash"})
        vals = {"default_account_id": account.id}
        self.assert_only_guarded("LCK014", line.journal_id, vals)
        self.be(line.journal_id, self.settings).write(vals)
        (told,) = self.env["ai.close.audit"].sudo().search([("action", "=", "journal.write")])
        self.assertEqual((told.user_id, told.res_id), (self.settings.id, line.journal_id.id))

    def bank_line_of_locked_month(self):
        self.lock_books(None)
        line = self.bank_line(12.0, date="2026-09-12")
        self.lock_books("2026-09-30")
        return line

    def test_who_posts_does_not_switch_hashing_off(self):
        self.general.restrict_mode_hash_table = True
        self.assert_only_guarded("LCK015", self.general, {"restrict_mode_hash_table": False})
        self.be(self.general, self.settings).write({"restrict_mode_hash_table": False})
        self.assertFalse(self.general.restrict_mode_hash_table)

    def test_the_restricted_audit_trail_is_switched_off_by_settings_only(self):
        self.company.restrictive_audit_trail = True
        self.manager.group_ids = [Command.link(self.env.ref("base.group_erp_manager").id)]
        self.assert_only_guarded("LCK015", self.company, {"restrictive_audit_trail": False})
        self.be(self.company, self.settings).write({"restrictive_audit_trail": False})
        (told,) = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("action", "=", "company.write"), ("user_id", "=", self.settings.id)])
        )
        self.assertIn("restrictive_audit_trail", told.before)
