"""Templates: what a company changes counts for itself only, and comes into open closes on a wish."""

import json

from odoo import Command
from odoo.tests import tagged

from .close_common import CloseCase

NOTE = "Looked at by hand, in order."


@tagged("post_install", "-at_install")
class TestTaskTemplate(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.cr.execute("UPDATE res_company SET ai_close_enabled = true WHERE id = %s", [cls.other.id])
        cls.env.invalidate_all()

    def template(self, code):
        domain = [("code", "=", code), ("company_id", "=", False)]
        return self.be(self.env["ai.close.task.template"].sudo().search(domain), self.carla).sudo(False)

    def own(self, code):
        action = self.template(code).action_customize()
        return self.be(self.env["ai.close.task.template"].browse(action["res_id"]), self.carla)

    def task(self, code, close=None):
        return (close or self.close).task_ids.filtered(lambda task: task.code == code)

    def later(self, company=None):
        return self.env["ai.close"]._for_period(company or self.company, "2026-12-01").sudo()

    def events(self, action):
        audit = self.env["ai.close.audit"].sudo()
        return audit.search([("action", "=", action), ("user_id", "=", self.carla.id)], order="id")

    def test_a_shared_template_is_not_changed_for_others(self):
        sentence = self.assert_refused("ENT017", self.template("STOCK").write, {"workday": 9})
        self.assertIn("Elsewhere", sentence)
        self.assert_refused(
            "ENT017", self.template("STOCK").create, {"name": "x", "code": "X", "company_id": False}
        )
        self.carla.write({"company_ids": [Command.link(self.other.id)]})
        self.template("STOCK").write({"workday": 9})
        self.assertEqual(self.template("STOCK").workday, 9)

    def test_a_company_changes_adds_and_switches_off_for_itself(self):
        self.own("STOCK").write({"name": "Stock counted", "workday": 2})
        self.template("AGEING").action_switch_off()
        self.be(self.env["ai.close.task.template"], self.carla).create(
            {"name": "Cash counted", "code": "CASH"}
        )
        ours, theirs = self.later(), self.later(self.other)
        self.assertEqual((self.task("STOCK", ours).name, self.task("STOCK", ours).due_bucket),
                         ("Stock counted", "WD+02"))  # fmt: skip
        self.assertFalse(self.task("AGEING", ours))
        self.assertTrue(self.task("CASH", ours))
        self.assertIn(
            self.task("BANK", ours), self.task("TRIAL", ours).depends_on_ids, "past what is left out"
        )
        self.assertEqual(self.task("STOCK", theirs).name, "Stock ties to the ledger")
        self.assertTrue(self.task("AGEING", theirs))
        self.assertFalse(self.task("CASH", theirs))
        self.assertEqual(
            self.task("STOCK").name, "Stock ties to the ledger", "the open close stays as it was"
        )
        self.assertEqual(len(self.events("template.create")), 3)
        self.assertEqual(json.loads(self.events("template.write")[0].after)["name"], "Stock counted")

    def test_a_callers_key_for_translations_breaks_nothing(self):
        self.template("STOCK").with_context(prefetch_langs=True).action_switch_on()
        self.assertEqual(self.template("STOCK").scope, "replaced")

    def test_customizing_twice_is_one_version(self):
        self.assertEqual(self.own("STOCK"), self.own("STOCK"))
        own = self.own("STOCK")
        self.assertEqual(own.depends_on_ids, self.template("STOCK").depends_on_ids)
        self.assertEqual((self.template("STOCK").scope, own.scope), ("replaced", "own"))
        own.action_switch_off()
        self.assertEqual((own.active, own.scope), (False, "off"))
        self.template("STOCK").action_switch_on()
        self.assertTrue(own.active)
        own.action_back_to_shared()
        self.assertFalse(own.exists())
        self.assertEqual(self.template("STOCK").scope, "shared")
        self.assertEqual(len(self.events("template.back_to_shared")), 1)

    def test_only_controllers_change_templates(self):
        template = self.template("STOCK")
        for user in (self.anna, self.ben, self.audrey):
            self.assert_refused("SOD003", self.be(template, user).action_customize)
        self.assert_refused("SOD002", self.be(template, self.robot).action_switch_off)

    def test_the_kind_of_a_close_chooses(self):
        kinds = self.env["ai.close.task.template"]._in_force(self.company, "adjustment")
        self.assertEqual(sorted(kinds.mapped("code")), ["ACCRUAL", "DRAFT", "TRIAL"])
        self.own("STOCK").write({"for_month": False})
        november = self.env["ai.close"]._for_period(self.company, "2026-11-01").sudo()
        self.assertEqual((november.kind, self.later().kind), ("month", "year"))
        self.assertFalse(self.task("STOCK", november))
        self.assertTrue(self.task("STOCK", self.later()))

    # -- the graph

    def test_a_cycle_is_refused_by_name(self):
        run, finding = self.own("RUN"), self.template("FINDING")
        sentence = self.assert_refused("ENT018", run.write, {"depends_on_ids": [Command.link(finding.id)]})
        self.assertIn("Findings reviewed", sentence)
        self.assertIn("→", sentence)
        self.assert_refused("ENT018", run.write, {"depends_on_ids": [Command.link(run.id)]})

    def test_no_task_waits_for_another_company(self):
        theirs = self.env["ai.close.task.template"].sudo().create(
            {"name": "Theirs", "code": "THEIRS", "company_id": self.other.id}
        )  # fmt: skip
        own = self.own("STOCK")
        self.assert_refused(
            "ENT019", own.with_user(self.env.user).sudo().write, {"depends_on_ids": [Command.link(theirs.id)]}
        )
        shared = self.template("STOCK").with_user(self.env.user).sudo()
        self.assert_refused("ENT019", shared.write, {"depends_on_ids": [Command.link(own.id)]})
        self.assert_refused("ENT017", own.write, {"company_id": self.other.id})

    # -- into an open close

    def update(self, user=None):
        return self.be(self.close, user or self.carla).action_update_checklist()

    def test_a_change_comes_into_an_open_close_on_a_wish(self):
        self.own("STOCK").write({"workday": 5, "min_files": 1, "gates": "tax_lock_date"})
        self.be(self.env["ai.close.task.template"], self.carla).create(
            {
                "name": "Cash counted",
                "code": "CASH",
                "depends_on_ids": [Command.link(self.template("BANK").id)],
            }
        )
        self.assert_refused("SOD003", self.update, self.ben)
        self.update()
        stock, cash = self.task("STOCK"), self.task("CASH")
        self.assertEqual(
            (stock.due_bucket, stock.min_files, stock.gates, str(self.close.date_due)),
            ("WD+05", 1, "tax_lock_date", "2026-11-06"),
        )
        self.assertEqual((cash.depends_on_ids, cash.state), (self.task("BANK"), "waiting"))
        told = json.loads(self.events("checklist.update").after)
        self.assertEqual((told["added"], list(told["changed"])), (["CASH"], ["STOCK"]))
        self.assertEqual(told["changed"]["STOCK"]["before"]["due_bucket"], "WD+03")

    def test_what_is_signed_stays_and_what_is_gone_takes_two(self):
        for code in ("STOCK", "AGEING"):
            self.own(code).write({"workday": 9})
        self.template("DRAFT").action_switch_off()
        self.template("STOCK").action_switch_off()
        stock, draft = self.task("STOCK"), self.task("DRAFT")
        self.be(stock, self.anna).action_prepare(NOTE)
        self.be(stock, self.ben).action_sign()
        self.update()
        self.assertEqual((stock.state, stock.due_bucket), ("signed", "WD+03"))
        self.assertNotEqual(draft.state, "not_applicable")
        self.assertEqual(draft.na_requested_by_id, self.carla)
        told = json.loads(self.events("checklist.update").after)
        self.assertEqual((told["kept"], told["asked"]), (["STOCK"], ["DRAFT"]))
        self.assert_refused("SOD001", self.be(draft, self.carla).action_not_applicable, "I say so twice")
        self.be(draft, self.ben).action_not_applicable("not used here")
        self.assertEqual(draft.state, "not_applicable")

    def test_a_requested_close_stays_as_it_is(self):
        self.close._guarded().write({"state": "requested"})
        self.assert_refused("LCK001", self.update)
