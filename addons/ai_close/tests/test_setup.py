"""The start of a company: drafted by a controller, confirmed by another; what is missing is named."""

from datetime import date

from odoo import Command, fields
from odoo.tests import Form, tagged
from odoo.tests.common import freeze_time

from ..models.refusal import CloseRefusal
from .close_common import CloseCase
from .locks import lock_by_hand


@freeze_time("2026-11-10 12:00:00")
class SetupCase(CloseCase):
    """A second company with books and people, and no AI Close yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()
        cls.target = cls.other["company"]
        for user in (cls.anna, cls.ben, cls.carla, cls.dirk, cls.audrey):
            user.company_ids += cls.target
        accounts = cls.env["account.account"].with_company(cls.target)
        make = {"company_ids": [Command.set(cls.target.ids)]}
        cls.received = accounts.create(
            {
                "name": "Goods received not invoiced",
                "code": "408100",
                "account_type": "liability_current",
                **make,
            }
        )
        cls.billed = accounts.create(
            {"name": "Billed not received", "code": "141977", "account_type": "asset_current", **make}
        )

    def as_(self, user, records):
        return records.with_user(user).with_context({"allowed_company_ids": self.target.ids})

    def setup(self, user=None, **vals):
        return self.as_(user or self.carla, self.env["ai.close.setup"]).create(
            {"company_id": self.target.id, **vals}
        )

    def role(self, setup, role):
        return setup.role_ids.filtered(lambda line: line.role == role)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 12:00:00")
class TestSetup(SetupCase):
    def test_two_people_start_a_company(self):
        setup = self.setup(materiality=2500, tz="Europe/Zurich", phase="observe", seal_mail_to="a@b.example")
        self.assertEqual(str(setup.period_start), "2026-10-01", "the last complete month")
        setup.action_submit()
        self.assertFalse(self.target.ai_close_enabled)
        self.assert_refused("SOD001", self.as_(self.carla, setup).action_confirm)
        said = self.assert_refused("SOD003", self.as_(self.ben, setup).action_confirm)
        self.assertIn("Dirk", said)
        self.assert_refused("SOD003", self.as_(self.audrey, setup).action_confirm)
        action = self.as_(self.dirk, setup).action_confirm()
        setup = setup.sudo()
        self.assertEqual(
            (setup.state, setup.submitted_by_id, setup.confirmed_by_id), ("confirmed", self.carla, self.dirk)
        )
        self.assertEqual(
            (self.target.ai_close_enabled, self.target.ai_close_tz, self.target.ai_close_start),
            (True, "Europe/Zurich", date(2026, 10, 1)),
        )
        policy = self.env["ai.close.policy"]._in_force(self.target)
        self.assertEqual(policy.params, setup.params)
        self.assertEqual(
            (
                policy.version,
                policy.params["materiality"],
                policy.params["roles"]["grni"],
                policy.params["phase"],
            ),
            (1, "2500.00", self.received.id, "observe"),
        )
        self.assertEqual(policy.params["seal_mail_to"], ["a@b.example"])
        close = self.env["ai.close"].sudo().browse(action["res_id"])
        self.assertEqual((close.company_id, close._is_first()), (self.target, True))
        self.assertTrue(self.env["ai.close.inherited"].sudo().search([("close_id", "=", close.id)]))
        (event,) = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("action", "=", "policy.first"), ("res_id", "=", policy.id)])
        )
        self.assertEqual(
            (event.user_id, event.reason), (self.dirk.id, "Drafted by Carla, confirmed by Dirk.")
        )
        self.assert_refused("AUD004", self.as_(self.carla, setup).action_cancel)
        again = self.setup()
        self.assert_refused("POL001", again.action_submit)

    def test_who_edited_it_does_not_confirm_it(self):
        setup = self.setup()
        self.as_(self.dirk, setup).write({"materiality": 900})
        self.as_(self.carla, setup).action_submit()
        self.assert_refused("SOD001", self.as_(self.dirk, setup).action_confirm)
        # no controller is left, so another of the people is the second person
        self.as_(self.ben, setup).action_confirm()
        self.assertEqual(setup.sudo().confirmed_by_id, self.ben)

    def test_one_controller_and_any_other_of_the_people(self):
        self.dirk.active = False
        setup = self.setup()
        self.assertIn("Carla is the only controller", setup.missing)
        setup.action_submit()
        self.as_(self.anna, setup).action_confirm()
        self.assertTrue(self.target.ai_close_enabled)

    def test_one_person_alone_is_told_what_is_refused(self):
        (self.anna | self.ben | self.dirk).active = False
        setup = self.setup()
        self.assertIn("Nobody else may confirm", setup.missing)
        self.assertIn("Small team", setup.missing)
        said = self.assert_refused("SOD004", setup.action_submit)
        self.assertIn("second person", said)
        self.assertFalse(self.target.ai_close_enabled)

    def test_what_was_submitted_stays_as_it_is(self):
        setup = self.setup()
        setup.action_submit()
        self.assert_refused("ENT001", setup.write, {"materiality": 1})
        self.assert_refused("ENT001", setup.role_ids[0].write, {"account_id": self.billed.id})
        self.assert_refused("ENT001", setup.role_ids[0].unlink)
        self.assert_refused("AUD002", setup.write, {"state": "confirmed"})
        self.assert_refused("AUD002", setup.write, {"params": {}})
        self.assertFalse(setup.has_access("unlink"))
        stale = self.as_(self.dirk, setup).with_context(ai_close_seen="other")
        self.assert_refused("ENT015", stale.action_confirm)
        self.as_(self.ben, setup).action_send_back()
        setup.write({"materiality": 1})
        self.assertFalse(setup.params)

    def test_only_controllers_draft(self):
        for user in (self.anna, self.ben, self.audrey):
            with self.subTest(user=user.login), self.assertRaises(CloseRefusal), self.cr.savepoint():
                self.setup(user)
        self.assert_refused("SOD002", self.as_(self.robot, self.env["ai.close.setup"]).sudo().action_start)
        self.carla.company_ids -= self.target
        with self.assertRaises(CloseRefusal), self.cr.savepoint():
            self.env["ai.close.setup"].with_user(self.carla).create({"company_id": self.target.id})

    def test_the_window_opens_one_draft(self):
        setups = self.as_(self.carla, self.env["ai.close.setup"])
        first = setups.with_context(default_company_id=self.target.id).action_start()
        self.assertEqual(setups.action_start()["res_id"], first["res_id"])
        self.assertEqual(self.as_(self.dirk, setups).action_start()["res_id"], first["res_id"])

    # -- proposals

    def test_accounts_are_proposed_with_their_reason(self):
        setup = self.setup()
        line = self.role(setup, "grni")
        self.assertEqual((line.account_id, line.confidence), (self.received, "sure"))
        self.assertIn("account 408100 'Goods received not invoiced'", line.reason)
        self.assertIn("not used yet", line.reason)
        suspense = self.role(setup, "suspense")
        self.assertIn(self.other["default_journal_bank"].suspense_account_id, suspense.account_id)
        self.assertEqual(set(suspense.mapped("confidence")), {"sure"})
        line.account_id = self.billed
        self.assertEqual((line.confidence, line.reason), ("check", "Chosen by a person."))
        self.assert_refused("AUD002", line.write, {"proposed_reason": "trust me"})
        setup.action_propose()
        self.assertEqual(self.role(setup, "grni").account_id, self.received)

    def test_a_role_without_an_account_is_named(self):
        setup = self.setup()
        self.role(setup, "grni").account_id = False
        said = self.assert_refused("POL013", setup.action_submit)
        self.assertIn("Goods received, not invoiced", said)
        self.role(setup, "grni").account_id = self.received
        optional = setup.role_ids.create({"setup_id": setup.id, "role": "bank_fees"})
        self.assertIn("remove the row: Bank fees", self.assert_refused("POL013", setup.action_submit))
        optional.unlink()
        setup.action_submit()

    def test_the_template_gives_the_amounts(self):
        setup = self.setup(template="strict")
        self.assertEqual((setup.materiality, setup.limit_entry), (1000, 1000))
        self.assertEqual(setup._params()["duties"]["password"], ["lock", "reopen", "policy"])
        with Form(setup) as form:
            form.template = "small_team"
            self.assertEqual(form.materiality, 5000)
            form.materiality = 7000
            self.assertEqual(form.manual_amount, 7000)
        self.assertEqual(setup._params()["duties"], {"profile": "small_team"})

    # -- what can't be

    def test_months_that_do_not_fit(self):
        setup = self.setup(period_start="2026-12-01")
        self.assertIn("has not begun", self.assert_refused("POL012", setup.action_submit))
        lock_by_hand(self.target, fiscalyear_lock_date=fields.Date.to_date("2026-09-30"))
        setup.period_start = "2026-09-15"
        self.assertIn("September 2026 is locked", self.assert_refused("POL012", setup.action_submit))
        setup.period_start = "2026-10-15"
        setup.action_submit()
        self.as_(self.dirk, setup).action_confirm()
        self.assertEqual(self.target.ai_close_start, date(2026, 10, 1), "a month, not a day in it")

    def test_the_month_after_the_last_lock_is_the_first(self):
        lock_by_hand(self.target, fiscalyear_lock_date=fields.Date.to_date("2026-06-30"))
        self.assertEqual(str(self.setup().period_start), "2026-07-01")

    def test_a_close_that_is_there_already(self):
        self.env["ai.close"]._guarded().create(
            {
                "name": "x",
                "company_id": self.target.id,
                "period_start": "2026-09-01",
                "period_end": "2026-10-31",
            }
        )
        self.assert_refused("POL012", self.setup(period_start="2026-10-01").action_submit)

    def test_books_without_a_bank_or_a_chart(self):
        bare = self.env["res.company"].create({"name": "Bare"})
        (self.carla | self.dirk).company_ids += bare
        setup = self.env["ai.close.setup"].with_user(self.carla).with_context(allowed_company_ids=bare.ids)
        setup = setup.create({"company_id": bare.id})
        said = self.assert_refused("POL013", setup.action_submit)
        for word in ("no chart of accounts", "no bank journal", "journal of adjustments", "Bank suspense"):
            self.assertIn(word, said)

    def test_a_calendar_without_working_days(self):
        self.target.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": False}
        )
        self.target.resource_calendar_id.attendance_ids.unlink()
        self.assertIn("Never has no working day", self.assert_refused("POL013", self.setup().action_submit))

    def test_everybody_on_leave_is_named(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "date_from": "2026-10-25",
                "date_to": "2026-11-20",
                "calendar_id": self.target.resource_calendar_id.id,
            }
        )
        self.assertIn("Everybody is on leave", self.setup().missing)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 12:00:00")
class TestCopy(SetupCase):
    def test_another_company_s_set_up_is_copied(self):
        with_code = self.env["account.account"].with_company(self.company)
        here = with_code.browse(self.grni.id)
        here.code = "408100"
        with_code.browse(self.not_received.id).code = "149999"
        template = (
            self.env["ai.close.task.template"]
            .sudo()
            .create({"name": "Own", "code": "OWN", "company_id": self.company.id})
        )
        setup = self.carla_setup()
        setup.copy_company_id = self.company
        setup.action_copy()
        self.assertEqual(self.role(setup, "grni").account_id, self.received)
        self.assertEqual(self.role(setup, "grni").confidence, "sure")
        unmapped = self.role(setup, "billed_not_received")
        self.assertFalse(unmapped.account_id)
        self.assertIn("149999", unmapped.reason)
        self.assertIn("149999", setup.copy_notes)
        self.assertEqual(setup.journal_id.company_id, self.target)
        said = self.assert_refused("POL013", setup.action_submit)
        self.assertIn("Billed, not received", said)
        unmapped.account_id = self.billed
        setup.action_submit()
        self.as_(self.dirk, setup).action_confirm()
        copy = template.search([("company_id", "=", self.target.id)])
        self.assertEqual(copy.mapped("code"), ["OWN"])
        codes = (
            self.env["ai.close"].sudo().search([("company_id", "=", self.target.id)]).task_ids.mapped("code")
        )
        self.assertEqual(codes.count("OWN"), 1)

    def carla_setup(self):
        both = (self.company | self.target).ids
        setups = self.env["ai.close.setup"].with_user(self.carla).with_context(allowed_company_ids=both)
        return setups.create({"company_id": self.target.id})

    def test_only_from_a_company_that_has_one(self):
        setup = self.carla_setup()
        self.assert_refused("POL013", setup.action_copy)
        setup.copy_company_id = self.env["res.company"].create({"name": "Plain"})
        self.assert_refused("POL013", setup.action_copy)

    def test_a_branch_starts_with_its_own_policy(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.target.id})
        (self.carla | self.dirk).company_ids += branch
        setup = self.env["ai.close.setup"].with_user(self.carla).with_context(allowed_company_ids=branch.ids)
        setup = setup.create({"company_id": branch.id})
        self.assertEqual(self.role(setup, "grni").account_id, self.received)
        setup.action_submit()
        setup.with_user(self.dirk).action_confirm()
        self.assertEqual(
            self.env["ai.close.policy"]._in_force(branch).params["roles"]["grni"], self.received.id
        )
        self.assertFalse(self.target.ai_close_enabled)
