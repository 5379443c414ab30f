"""The package after the lock: made by itself, mailed with a link to whom the policy names, to nobody else."""

from odoo.addons.ai_close.models import close_package
from odoo.addons.ai_close.models.close_role_guard import approved
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .package_case import PackageCase


@tagged("post_install", "-at_install")
class TestPackageSend(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(1190.10)
        # somebody with a mail address and no part in the close
        cls.outsider = cls.env.ref("base.user_admin")
        cls.packages = cls.env["ai.close.package"].sudo()

    def say(self, *package_to):
        """Let the policy in force name who gets the package, as an approved version would."""
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": self.params(report={"package_to": list(package_to)})})

    def work(self):
        """Run the cron as Odoo runs it: with a cursor of its own that it may roll back."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            cr.commit()
            self.env(cr=cr, user=self.env.ref("base.user_root"))["ai.close.package"]._cron_work()
        self.env.invalidate_all()

    def made(self):
        return self.packages.search([("close_id", "=", self.close.id)], order="id")

    def mails(self):
        return self.env["mail.mail"].sudo().search([("subject", "like", "the close package")])

    def test_the_lock_has_it_made_and_mailed_once(self):
        self.say("reviewer", self.audrey.id, self.outsider.id, self.robot.id)
        self.locked()
        package = self.made()
        self.assertEqual((package.state, package.requested_by_id.id), ("waiting", False))
        self.assertFalse(self.mails())
        self.work()
        self.assertEqual((package.state, package.is_draft), ("done", False))
        self.assertEqual(package.told_ids, self.ben | self.audrey, "neither the agent nor who has no part")
        self.assertEqual(
            sorted(self.mails().mapped("email_to")),
            sorted((self.ben | self.audrey).mapped("email_formatted")),
        )
        for mail in self.mails():
            self.assertIn(f"/odoo/ai-close-packages/{package.id}", mail.body_html)
            self.assertNotIn("1,190", mail.body_html)
            self.assertNotIn("1190", mail.body_html)
            self.assertFalse(mail.attachment_ids)
        notice = self.env["ai.close.notice"].sudo().search([("kind", "=", "package")])
        self.assertEqual(notice.told_ids, self.ben | self.audrey)
        trail = self.env["ai.close.audit"].sudo().search([("action", "=", "notice.package")])
        self.assertEqual((len(trail), trail.role), (1, "server"))
        # the same contents again, asked for by a person: nobody is mailed twice
        again = self.make(self.carla)
        self.assertEqual((again.book_digest, again.told_ids), (package.book_digest, package.told_ids))
        self.assertEqual(len(self.mails()), 2)

    def test_who_was_told_reads_it_and_nobody_else(self):
        self.say("reviewer")
        self.locked()
        self.work()
        package = self.made()
        self.assertTrue(self.be(package.file_ids, self.ben).mapped("raw"))
        for user in (self.anna, self.robot):
            with self.assertRaises(AccessError):
                self.be(package, user).read(["files"])
            with self.assertRaises(AccessError):
                self.be(package.file_ids, user).read(["raw"])
        evidence = self.packages.browse(self.be(self.close, self.audrey).action_evidence()["res_id"])
        evidence._guarded().write({"told_ids": [(4, self.ben.id)]})
        with self.assertRaises(AccessError):
            self.be(evidence, self.ben).read(["files"])
        # who lost the role since has no part in the close any more
        approved(self.ben.sudo()).write({"group_ids": [(3, self.env.ref("ai_close.group_reviewer").id)]})
        with self.assertRaises(AccessError):
            self.be(package, self.ben).read(["files"])

    def test_where_the_policy_names_nobody_nothing_is_made(self):
        self.locked()
        self.assertFalse(self.made())
        self.make(self.carla)
        self.assertFalse(self.mails())

    def test_a_draft_goes_to_nobody(self):
        self.say("reviewer")
        package = self.make(self.carla)
        self.assertEqual((package.state, package.is_draft, package.told_ids.ids), ("done", True, []))
        self.assertFalse(self.mails())

    def test_what_is_long_is_made_in_the_background_for_who_may_have_it(self):
        self.patch(close_package, "DIRECT_ROWS", -1)
        mine, taken = self.make(self.carla), self.make(self.audrey)
        self.assertEqual((mine.state, taken.state), ("waiting", "waiting"))
        # the role went while it waited
        approved(self.audrey.sudo()).write({"group_ids": [(3, self.env.ref("ai_close.group_auditor").id)]})
        with mute_logger("odoo.addons.ai_close.models.close_package"):
            self.work()
        self.assertEqual((mine.state, len(mine.files)), ("done", 3))
        self.assertEqual((taken.state, taken.files), ("failed", False))

    def test_one_that_can_not_be_made_says_so_and_the_next_one_is(self):
        self.patch(close_package, "DIRECT_ROWS", -1)
        first, second = self.make(self.carla), self.make(self.carla)
        made = type(self.packages)._contents

        def broken(package):
            if package.id == first.id:
                raise ValueError("the disk is full")
            return made(package)

        self.patch(type(self.packages), "_contents", broken)
        with mute_logger("odoo.addons.ai_close.models.close_package"):
            self.work()
        self.assertEqual((first.state, first.message, first.files), ("failed", "the disk is full", False))
        self.assertEqual(second.state, "done")
