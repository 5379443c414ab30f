"""Who does a task: named people, the role where nobody is named or here, and controllers who reassign."""

from odoo import fields
from odoo.tests import tagged

from .close_common import CloseCase

NOTE = "Looked at by hand, in order."


@tagged("post_install", "-at_install")
class TestTaskPeople(CloseCase):
    def task(self, code, close=None):
        return (close or self.close).task_ids.filtered(lambda task: task.code == code)

    def note(self, task):
        task.invalidate_recordset(["people_note"])
        return task.people_note or ""

    def off(self, user):
        """Give ``user`` time off around now."""
        resource = (
            self.env["resource.resource"]
            .sudo()
            .create({"name": user.name, "user_id": user.id, "company_id": self.company.id})
        )
        now = fields.Datetime.now()
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "off",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "company_id": self.company.id,
                "date_from": fields.Datetime.subtract(now, days=1),
                "date_to": fields.Datetime.add(now, days=3),
            }
        )

    def test_a_company_names_its_people(self):
        template = self.env["ai.close.task.template"].sudo().search([("code", "=", "STOCK")])
        own = self.be(template, self.carla).sudo(False)._own_version("test")
        own.write({"owner_id": self.ben.id, "reviewer_id": self.dirk.id})
        close = self.env["ai.close"]._for_period(self.company, "2026-12-01").sudo()
        stock = self.task("STOCK", close)
        self.assertEqual((stock.owner_id, stock.reviewer_id), (self.ben, self.dirk))
        own.write({"owner_id": self.anna.id, "reviewer_id": self.robot.id})
        self.be(close, self.carla).action_update_checklist()
        self.assertEqual(
            (stock.owner_id, stock.reviewer_id), (self.ben, self.dirk), "who is named already stays"
        )

    def test_only_who_could_take_the_step_is_named(self):
        stock, outsider = self.task("STOCK"), self.person("olga", "reviewer")
        for who, name in ((self.audrey, "owner_id"), (self.robot, "owner_id"), (self.anna, "reviewer_id")):
            self.assert_refused("ENT020", self.be(stock, self.carla).write, {name: who.id})
        outsider.sudo().active = False
        sentence = self.assert_refused(
            "ENT020", self.be(stock, self.carla).write, {"reviewer_id": outsider.id}
        )
        self.assertIn("archived", sentence)
        self.be(stock, self.carla).write({"reviewer_id": self.dirk.id, "owner_id": False})
        self.assertEqual(stock.reviewer_id, self.dirk)
        self.assert_refused("SOD003", self.be(stock, self.ben).write, {"owner_id": self.ben.id})

    def test_who_left_is_told_and_the_role_takes_over(self):
        stock = self.task("STOCK")
        self.assertEqual((stock.owner_id, self.note(stock)), (self.anna, ""))
        self.anna.sudo().active = False
        self.assertIn("Anna is archived", self.note(stock))
        self.assertIn("It goes to the role Preparer", self.note(stock))
        self.be(stock, self.ben).action_prepare(NOTE)
        self.assertEqual(stock.state, "prepared")

    def test_who_is_on_leave_is_told(self):
        stock = self.task("STOCK")
        self.off(self.anna)
        self.assertIn("Anna is away until", self.note(stock))

    def test_who_handed_over_his_steps_is_away(self):
        stock, today = self.task("STOCK"), fields.Date.today()
        self.env["ai.close.delegation"]._guarded().create(
            {
                "from_id": self.anna.id,
                "to_id": self.ben.id,
                "company_id": self.company.id,
                "date_from": today,
                "date_to": today,
                "reason": "A day off",
                "state": "accepted",
            }
        )
        self.assertIn("Anna is away until", self.note(stock))

    def test_everybody_on_leave_is_told_and_nothing_is_lost(self):
        stock = self.task("STOCK")
        for user in (self.anna, self.ben, self.carla, self.dirk):
            self.off(user)
        self.assertIn("Nobody who may take this step is here", self.note(stock))
        self.be(stock, self.anna).action_prepare(NOTE)
        self.assertIn("Nobody", self.note(stock), "nobody to sign, either")
        self.be(stock, self.dirk).action_sign()
        self.assertEqual((stock.state, self.note(stock)), ("signed", ""))
