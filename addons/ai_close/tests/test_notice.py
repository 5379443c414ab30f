"""Risk report, morning digest, a person's day: to whom, when, once, and without amounts."""

from datetime import datetime
from unittest.mock import patch

from odoo.addons.base.models.ir_cron import IrCron
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .close_common import CloseCase

MORNING = datetime(2026, 11, 4, 7, 30)  # a Wednesday


@tagged("post_install", "-at_install", "ai_close")
class TestNotice(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.close._guarded().write({"date_due": "2026-11-05"})
        cls.notices = cls.env["ai.close.notice"].sudo()

    def say(self, **report):
        """Let the policy in force say ``report``, as an approved version would."""
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": self.params(report=report)})

    def found(self, **vals):
        number = self.env["ai.close.finding"].sudo().search_count([])
        return (
            self.env["ai.close.finding"]
            ._guarded()
            .create(
                {
                    "key": f"EXF001:{self.company.id}:res.partner,{number}:ref",
                    "close_id": self.close.id,
                    "company_id": self.company.id,
                    "rule": "EXF001",
                    "rule_title": "Duplicate bill",
                    "severity": "critical",
                    "title": "BILL/0044 over 4,200.77 twice",
                    "amount": 4200.77,
                    "anchor_model": "res.partner",
                    "anchor_id": self.partner_a.id,
                    **vals,
                }
            )
        )

    def mails(self, notice):
        return self.env["mail.mail"].sudo().search([("subject", "=", notice.subject)])

    def morning(self, now=MORNING):
        self.env.flush_all()
        return self.notices._morning(self.company, now)

    # -- the report

    def test_report_goes_once_to_whom_the_policy_names_and_bears_no_amounts(self):
        self.found()
        self.say(to=["controller", self.ben.id], days=2)
        self.assertFalse(self.morning(datetime(2026, 11, 2, 7, 30)), "three working days before: too early")
        notice = self.morning(datetime(2026, 11, 3, 7, 30))
        self.assertEqual(notice.told_ids, self.carla | self.dirk | self.ben)
        self.assertEqual(len(self.mails(notice)), 3)
        text = html2plaintext(self.mails(notice)[0].body_html)
        self.assertIn("Duplicate bill", text)
        self.assertIn(self.partner_a.name, text)
        self.assertNotIn("4,200", text)
        self.assertIn(f"/odoo/ai-close-periods/{self.close.id}", self.mails(notice)[0].body_html)
        self.assertFalse(self.morning(datetime(2026, 11, 4, 7, 30)), "once for each due day")
        row = self.env["ai.close.audit"].sudo().search([("action", "=", "notice.risk")])
        self.assertEqual((len(row), row.role, row.res_id), (1, "server", notice.id))

    def test_amounts_stand_there_when_the_policy_allows_them(self):
        self.found()
        self.say(to=["controller"], amounts=True)
        text = html2plaintext(self.mails(self.morning())[0].body_html)
        self.assertIn("BILL/0044 over 4,200.77 twice", text)

    def test_what_was_not_judged_is_not_clean(self):
        self.say(to=["controller"])
        run = (
            self.env["ai.close.run"]
            ._guarded()
            .create(
                {
                    "company_id": self.company.id,
                    "close_id": self.close.id,
                    "run_key": "notice-1",
                    "state": "running",
                    "failures": [{"scope": "rule", "code": "VAL003", "kind": "no_data", "message": ""}],
                }
            )
        )
        self.close._guarded().write({"last_run_id": run.id})
        self.assertIn("no data: VAL003", html2plaintext(self.morning().body))

    def test_on_request_the_caller_gets_it_too_and_only_who_may(self):
        self.say()
        action = self.be(self.close, self.ben).action_risk_report()
        notice = self.notices.browse(action["res_id"])
        self.assertEqual(notice.told_ids, self.carla | self.dirk | self.ben)
        self.assertEqual(notice.asked_by_id, self.ben)
        row = self.env["ai.close.audit"].sudo().search([("action", "=", "notice.risk")])
        self.assertEqual((row.user_id, row.role), (self.ben.id, "reviewer"))
        for user, code in ((self.anna, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(self.close, user).action_risk_report)

    def test_who_has_no_part_in_the_close_gets_nothing(self):
        outsider = self.env["res.users"].create({"name": "Otto", "login": "otto", "email": "o@example.com"})
        self.say(to=[outsider.id, self.robot.id, self.carla.id])
        self.dirk.sudo().email = False
        self.assertEqual(self.morning().told_ids, self.carla)
        self.say(to=["controller"])
        notice = self.notices.browse(self.be(self.close, self.ben).action_risk_report()["res_id"])
        self.assertEqual(notice.unreached, "Dirk")

    # -- the digest

    def test_five_lines_in_a_closed_group_of_the_people_of_the_close(self):
        self.found()
        self.say(digest=True)
        notice = self.morning()
        self.assertEqual(notice.kind, "digest")
        channel = notice.channel_id
        self.assertEqual(channel.channel_type, "group")
        people = self.anna | self.ben | self.carla | self.dirk | self.audrey
        robot = self.env.ref("base.partner_root")
        self.assertEqual(channel.channel_partner_ids - robot, people.partner_id)
        lines = html2plaintext(channel.message_ids[:1].body).strip().split("\n")
        lines = [line for line in lines if line.strip()]
        self.assertIn("due Thu 5 Nov 2026 (tomorrow)", lines[0])
        self.assertIn("Critical findings open 1", lines[1])
        self.assertIn("critical 1", lines[2])
        self.assertNotIn("4,200", "".join(lines))
        self.assertFalse(self.morning(), "once a day")
        self.found(severity="high")
        again = self.morning(datetime(2026, 11, 5, 7, 30))
        self.assertEqual(again.channel_id, channel)
        self.assertIn("high 1 (+1)", again.body)

    def test_who_leaves_stays_away_and_who_lost_the_role_is_taken_out(self):
        self.say(digest=True)
        channel = self.morning().channel_id
        channel.channel_member_ids.filtered(lambda each: each.partner_id == self.anna.partner_id).unlink()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.ben.sudo().write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.found()
        self.morning(datetime(2026, 11, 5, 7, 30))
        self.assertFalse(channel.channel_partner_ids & (self.anna | self.ben).partner_id)

    def test_the_same_again_is_not_said_until_the_due_day_is_near(self):
        self.close._guarded().write({"date_due": "2026-11-20"})
        self.close.task_ids._guarded().write({"date_due": "2026-11-20"})
        self.say(digest=True)
        self.assertTrue(self.morning())
        self.assertFalse(self.morning(datetime(2026, 11, 5, 7, 30)))
        self.assertTrue(self.morning(datetime(2026, 11, 18, 7, 30)))

    def test_no_morning_at_night_on_sundays_or_in_a_locked_period(self):
        self.say(digest=True, hour=8)
        self.assertFalse(self.morning(datetime(2026, 11, 4, 7, 30)))
        self.assertFalse(self.morning(datetime(2026, 11, 8, 9, 0)), "a Sunday")
        self.close._guarded().write({"state": "locked"})
        self.assertFalse(self.morning(datetime(2026, 11, 9, 9, 0)))

    # -- a person's day

    def test_each_gets_his_own_and_who_has_nothing_gets_no_mail(self):
        self.say(mine=True)
        task = self.close.task_ids.filtered(lambda each: each.state == "open")[0]
        self.close.task_ids._guarded().write({"owner_id": False, "reviewer_id": False})
        task._guarded().write({"owner_id": self.anna.id, "date_due": "2026-11-03"})
        self.be(self.found(), self.ben).action_assign(self.ben.id)
        told = self.morning()
        by_user = {notice.told_ids: notice for notice in told}
        self.assertEqual(set(by_user), {self.anna, self.ben, self.carla, self.dirk})
        self.assertIn(task.name, by_user[self.anna].body)
        self.assertIn("1 findings are yours", html2plaintext(by_user[self.ben].body))
        self.assertIn("New blockers", by_user[self.carla].body)
        self.assertFalse(self.morning(), "once a day")
        later = self.morning(datetime(2026, 11, 5, 7, 30))
        self.assertEqual(later.told_ids, self.anna | self.ben, "no blocker is new the next day")

    # -- the cron, and who may touch what was sent

    def test_the_cron_goes_on_with_the_next_company_and_a_copy_is_silent(self):
        self.say(digest=True)
        seen = []

        def broken(notices, company, now=None):
            seen.append(company)
            raise ValueError("no morning here")

        with (
            patch.object(type(self.notices), "_morning", broken),
            patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 1),
            self.assertLogs("odoo.addons.ai_close.models.close_notice", "ERROR"),
        ):
            self.notices._cron_morning()
            self.assertIn(self.company, seen)
            seen.clear()
        self.env["ir.config_parameter"].sudo().set_param("database.is_neutralized", True)
        with patch.object(type(self.notices), "_morning", broken):
            self.notices._cron_morning()
        self.assertFalse(seen)

    def test_nobody_writes_a_notice(self):
        self.say(to=["controller"])
        notice = self.morning()
        for user in (self.anna, self.ben, self.carla, self.audrey):
            self.assertEqual(self.be(notice, user).subject, notice.subject)
            with self.assertRaises(AccessError):
                self.be(notice, user).write({"subject": "nothing to see"})
            with self.assertRaises(AccessError):
                self.be(notice, user).unlink()

    # -- the policy's form

    def test_the_form_of_a_draft_keeps_and_changes_the_section(self):
        holding = self.env["ai.close.policy"]._in_force(self.company)
        draft_id = self.be(holding, self.ben).action_draft_next()["res_id"]
        draft = self.be(self.env["ai.close.policy"].browse(draft_id), self.ben)
        form = draft.env["ai.close.policy.edit"].with_context(active_model=draft._name, active_id=draft.id)
        edit = form.create({})
        edit.action_save()
        self.assertNotIn("report", draft.params, "an untouched section stays away")
        edit = form.create(
            {"report_controller": True, "report_user_ids": [(6, 0, self.anna.ids)], "report_days": 3}
        )
        edit.action_save()
        self.assertEqual(draft.params["report"], {"to": ["controller", self.anna.id], "days": 3})
        edit = form.create({"report_days": 99})
        self.assert_refused("POL002", edit.action_save)
