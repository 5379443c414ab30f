"""Lock exceptions and the other lock dates: asked for, approved by another, never for ever (H11)."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .close_common import END
from .locks import lock_by_hand
from .test_lock_dates import LockDateCase

SEPTEMBER = fields.Date.to_date("2026-09-30")


class AskCase(LockDateCase):
    def ask(self, user=None, **vals):
        """Ask in the dialog, as a person does; return the request."""
        wizard = self.be(self.env["ai.close.lock.ask"], user or self.ben).create(
            {
                "company_id": self.company.id,
                "kind": "exception",
                "field": "fiscalyear_lock_date",
                "date_new": "2026-08-31",
                "exception_user_id": self.anna.id,
                "exception_until": fields.Datetime.now() + timedelta(days=2),
                "reason": "The auditor found a missing bill.",
                **vals,
            }
        )
        return self.env["ai.close.lock"].sudo().browse(wizard.action_ask()["res_id"])

    def approve(self, request, user=None):
        with self.enter_registry_test_mode():
            typed = str(request.date_new) if request.field == "hard_lock_date" else None
            self.be(request, user or self.carla).action_approve(typed)
        self.env.invalidate_all()

    def exceptions(self):
        return (
            self.env["account.lock_exception"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.company.id)])
        )


@tagged("post_install", "-at_install")
class TestLockExceptions(AskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lock_by_hand(cls.company, fiscalyear_lock_date=SEPTEMBER)

    def draft(self, date="2026-09-14"):
        return self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": 1, "name": "x"}),
                    Command.create({"account_id": self.grni.id, "balance": -1, "name": "x"}),
                ],
            }
        )

    def test_asked_approved_used_revoked(self):
        request = self.ask()
        self.assertEqual((request.state, request.requested_by_id), ("requested", self.ben))
        self.assertEqual(request.activity_ids.user_id, self.carla | self.dirk)
        self.approve(request)
        exception = self.exceptions()
        self.assertEqual(
            (exception.user_id, exception.lock_date, exception.company_lock_date, exception.end_datetime),
            (self.anna, fields.Date.to_date("2026-08-31"), SEPTEMBER, request.exception_until),
        )
        self.assertEqual((request.state, self.company.fiscalyear_lock_date), ("applied", SEPTEMBER))
        self.env.registry.clear_cache()
        draft = self.draft()
        self.assert_refused("LCK002", self.be(draft, self.carla).action_post)
        self.be(draft, self.anna).action_post()
        self.assertEqual((draft.state, str(draft.date)), ("posted", "2026-09-14"))
        self.be(exception, self.dirk).action_revoke()
        self.assertFalse(exception.active)
        self.assert_refused("LCK002", self.be(self.draft(), self.anna).action_post)
        created, revoked = self.events("lock_exception.create") | self.events("lock_exception.revoke")
        self.assertTrue(created._intact() and revoked._intact())
        self.assertEqual((created.user_id, revoked.user_id), (self.carla.id, self.dirk.id))
        self.assertEqual(json.loads(created.after)["user_id"], self.anna.id)
        self.assertEqual(
            (json.loads(revoked.before)["active"], json.loads(revoked.after)["active"]), (True, False)
        )

    def test_nobody_makes_one_directly(self):
        everyone = {"company_id": self.company.id, "user_id": False, "fiscalyear_lock_date": False}
        exceptions = self.env["account.lock_exception"]
        for maker in (
            self.be(exceptions, self.carla),
            exceptions.sudo(),
            exceptions.with_company(self.company),
        ):
            self.assert_refused("LCK006", maker.create, dict(everyone))
        here = {"user_id": False, "fiscalyear_lock_date": False}
        self.assert_refused("LCK006", self.be(exceptions, self.carla).create, dict(here))
        by_default = self.be(exceptions, self.carla).with_context(default_company_id=self.company.id)
        self.assert_refused("LCK006", by_default.create, dict(here))
        forged = self.be(exceptions, self.carla).with_context(ai_close_lift=True)
        self.assert_refused("LCK006", forged.create, dict(everyone))

    def test_the_database_refuses_what_was_not_approved(self):
        statement = (
            "INSERT INTO account_lock_exception (company_id, user_id, lock_date_field, lock_date,"
            " company_lock_date, end_datetime, active) VALUES (%s, %s, %s, %s, %s, %s, true)"
        )
        until = fields.Datetime.now().replace(microsecond=0) + timedelta(days=1)
        fitting = [self.company.id, self.anna.id, "fiscalyear_lock_date", "2026-08-31", SEPTEMBER, until]
        self.assert_raises("LCK006", statement, *fitting)
        self.approved(
            "fiscalyear_lock_date",
            SEPTEMBER,
            "2026-08-31",
            kind="exception",
            exception_user_id=self.anna.id,
            exception_until=until,
        )
        for position, wrong in (
            (1, None),
            (1, self.ben.id),
            (2, "tax_lock_date"),
            (3, None),
            (3, "2026-07-31"),
            (4, END),
            (5, None),
            (5, until + timedelta(days=1)),
        ):
            with self.subTest(position=position, wrong=wrong):
                changed = list(fitting)
                changed[position] = wrong
                self.assert_raises("LCK006", statement, *changed)
        self.sql(statement, *fitting)
        self.assertEqual(self.exceptions().user_id, self.anna)

    def test_an_exception_is_not_changed(self):
        self.approve(self.ask())
        exception = self.exceptions()
        for vals in (
            {"end_datetime": False},
            {"user_id": False},
            {"lock_date": False},
            {"active": False},
            {"reason": "another"},
        ):
            for someone in (self.be(exception, self.carla).sudo(), exception.with_context(ai_close_lift=1)):
                self.assert_refused("LCK006", someone.write, vals)
        self.assert_refused("LCK006", exception.unlink)
        for change in (
            "user_id = NULL",
            "end_datetime = NULL",
            "end_datetime = end_datetime + interval '1 minute'",
            "lock_date = NULL",
            "company_lock_date = '2026-12-31'",
            f"company_id = {self.env.ref('base.main_company').id}",
        ):
            self.assert_raises(
                "LCK006",
                f"UPDATE account_lock_exception SET {change} WHERE id = %s",
                exception.id,
            )
        self.assert_raises("LCK006", "DELETE FROM account_lock_exception WHERE id = %s", exception.id)
        self.sql("UPDATE account_lock_exception SET active = false WHERE id = %s", exception.id)
        self.assert_raises(
            "LCK006", "UPDATE account_lock_exception SET active = true WHERE id = %s", exception.id
        )

    def test_it_has_a_person_an_end_and_something_to_open(self):
        now = fields.Datetime.now()
        for vals in (
            {"exception_user_id": False},
            {"exception_until": False},
            {"exception_until": now - timedelta(hours=1)},
            {"exception_until": now + timedelta(days=32)},
            {"date_new": SEPTEMBER},
            {"date_new": END},
            {"field": "tax_lock_date"},
            {"field": "hard_lock_date"},
        ):
            with self.subTest(vals):
                self.assert_refused("LCK008", lambda vals=vals: self.ask(**vals))

    def test_who_asks_or_profits_does_not_approve(self):
        request = self.ask(self.carla, exception_user_id=self.dirk.id)
        for user, code in (
            (self.carla, "SOD001"),
            (self.dirk, "SOD001"),
            (self.ben, "SOD003"),
            (self.robot, "SOD002"),
        ):
            with self.enter_registry_test_mode():
                self.assert_refused(code, self.be(request, user).action_approve)
        self.assertEqual(request.approver_ids, self.env["res.users"])

    def test_a_request_can_be_rejected(self):
        request = self.ask()
        self.be(request, self.carla).action_reject("use a later date")
        self.assertEqual((request.state, self.exceptions().ids), ("rejected", []))

    def test_the_next_lock_ends_it(self):
        """Odoo would carry the exception over to the new lock date, and so open another month."""
        self.approve(self.ask())
        exception = self.exceptions()
        self.approved("fiscalyear_lock_date", SEPTEMBER, END)
        self.be(self.company, self.carla)._ai_close_move_lock_date("fiscalyear_lock_date", END)
        self.assertEqual((self.exceptions(), exception.active), (exception, False))

    def test_other_companies_keep_odoos_exceptions(self):
        other = self.env["res.company"].create({"name": "Other", "fiscalyear_lock_date": SEPTEMBER})
        exception = self.env["account.lock_exception"].create(
            {"company_id": other.id, "user_id": False, "fiscalyear_lock_date": False}
        )
        exception.sudo().end_datetime = fields.Datetime.now() + timedelta(days=400)
        other.fiscalyear_lock_date = END
        self.env.flush_all()
        followers = exception.search([("company_id", "=", other.id)])
        self.assertEqual((len(followers), followers.company_lock_date), (1, END))


@tagged("post_install", "-at_install")
class TestOtherLockDates(AskCase):
    def ask_lock(self, field, date=SEPTEMBER, user=None):
        return self.ask(user, kind="lock", field=field, date_new=date)

    def test_each_of_them_moves_by_a_request(self):
        lock_by_hand(self.company, fiscalyear_lock_date=SEPTEMBER)
        for field in ("tax_lock_date", "sale_lock_date", "purchase_lock_date", "hard_lock_date"):
            with self.subTest(field):
                epoch = self.env["ai.close.gate"]._epoch(self.company)
                request = self.ask_lock(field)
                self.approve(request)
                self.assertEqual((request.state, self.company[field]), ("applied", SEPTEMBER))
                self.assertEqual(self.env["ai.close.gate"]._epoch(self.company), epoch + 1)
                self.assert_refused("LCK004", self.ask_lock, field)
        self.assertEqual(set(self.events().mapped("user_id")), {self.carla.id})

    def test_the_global_date_belongs_to_its_close(self):
        self.assert_refused("LCK003", self.ask_lock, "fiscalyear_lock_date")

    def test_the_hard_lock_follows_the_close(self):
        sentence = self.assert_refused("LCK003", self.ask_lock, "hard_lock_date")
        self.assertIn("what the close locked before", sentence)
        lock_by_hand(self.company, fiscalyear_lock_date="2026-08-31")
        self.assert_refused("LCK003", self.ask_lock, "hard_lock_date")

    def test_a_draft_of_a_branch_stops_the_hard_lock(self):
        """Odoo looks with the eyes of the user, and would miss a branch that she does not see."""
        lock_by_hand(self.company, fiscalyear_lock_date=SEPTEMBER)
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env["account.move"].with_company(branch).create(
            {"date": "2026-09-14", "journal_id": self.general.id, "company_id": branch.id}
        )
        sentence = self.assert_refused("LCK003", self.ask_lock, "hard_lock_date")
        self.assertIn("draft entries", sentence)

    def test_a_month_that_is_not_over(self):
        today = fields.Date.context_today(self.close)
        self.assert_refused("LCK003", self.ask_lock, "tax_lock_date", today)

    def test_one_request_at_a_time(self):
        self.ask_lock("tax_lock_date")
        self.assert_refused("ENT001", self.ask_lock, "tax_lock_date", END)

    def test_who_may_ask(self):
        with self.assertRaises(UserError):
            self.ask_lock("tax_lock_date", user=self.anna)
        other = self.env["res.company"].create({"name": "Other"})
        locks = self.be(self.env["ai.close.lock"], self.ben)
        for company in (other, self.env.ref("base.main_company")):
            self.assert_refused("AUD005", locks._ask, company, "lock", "tax_lock_date", SEPTEMBER, "x")
