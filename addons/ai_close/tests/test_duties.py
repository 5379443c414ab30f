"""The policy's duties: transitions, roles and amounts as data; they tighten each existing step."""

from odoo.tests import tagged

from .close_common import EntryCase

CONTROLLERS = [{"up_to": None, "roles": ["controller"]}]
SMALL_BY_REVIEWERS = [{"up_to": "1000.00", "roles": ["reviewer", "controller"]}, *CONTROLLERS]


@tagged("post_install", "-at_install")
class TestDuties(EntryCase):
    def duties(self, **section):
        """Put a policy with these duties in force, as an approved version would."""
        policy = self.env["ai.close.policy"]._in_force(self.company)
        params = self.params(duties=section)
        digest = policy._checked_digest(self.company, params)
        policy._guarded().write({"params": params, "digest": digest})

    def test_a_step_is_taken_from_a_role(self):
        self.duties(steps={"entry.review": CONTROLLERS})
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        sentence = self.assert_refused("SOD003", self.be(entry, self.ben).action_review)
        self.assertIn("policy", sentence)
        self.be(entry, self.carla).action_review()
        self.assertEqual(entry.state, "reviewed")

    def test_above_an_amount(self):
        self.duties(steps={"entry.approve": SMALL_BY_REVIEWERS})
        rita = self.person("rita", "reviewer")
        small = self.propose("1000.00")
        self.sign(small)
        self.be(small, rita).action_approve()
        self.assertEqual(small.state, "posted")
        large = self.propose("1000.01", key=f"GR:{self.company.id}:2")
        self.sign(large)
        # below the limit of the section 'limits' (10,000), above that of the duties
        self.assert_refused("SOD005", self.be(large, rita).action_approve)
        self.be(large, self.carla).action_approve()
        self.assertEqual(large.state, "posted")

    def test_the_limit_that_was_there_still_holds(self):
        self.duties(steps={"entry.approve": [{"up_to": None, "roles": ["reviewer", "controller"]}]})
        rita = self.person("rita", "reviewer")
        entry = self.propose("10000.01")
        self.sign(entry)
        self.assert_refused("SOD005", self.be(entry, rita).action_approve)

    def test_steps_that_ask_for_no_role_themselves(self):
        # sending back checks a role in the transition only
        self.duties(steps={"entry.send_back": CONTROLLERS, "finding.assign": CONTROLLERS})
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.assert_refused("SOD003", self.be(entry, self.ben).action_send_back, "not yet right")
        self.be(entry, self.carla).action_send_back("not yet right")
        self.assertEqual(entry.state, "proposed")

    def test_what_the_server_does_goes_on(self):
        self.duties(steps={"task.prepare": CONTROLLERS, "entry.send_back": CONTROLLERS})
        self.close.task_ids._judge()
        self.finish(self.run_1)
        self.assertIn("prepared", self.close.task_ids.mapped("state"))

    def test_branches_obey_the_policy_above_them(self):
        self.duties(steps={"entry.review": CONTROLLERS})
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.ben.company_ids += branch
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        entry._guarded().write({"company_id": branch.id})
        self.assert_refused(
            "SOD003",
            self.be(entry, self.ben)
            .with_context(allowed_company_ids=(self.company + branch).ids)
            .action_review,
        )

    def test_a_policy_that_would_loosen_is_none(self):
        for section in (
            {"steps": {"lock.approve": [{"up_to": None, "roles": ["reviewer"]}]}},
            {"steps": {"entry.approve": [{"up_to": None, "roles": ["preparer"]}]}},
            {"steps": {"no.step": CONTROLLERS}},
            {"profile": "everybody"},
        ):
            self.assert_refused("POL002", lambda s=section: self.duties(**s))

    def test_one_person_with_every_group_still_takes_one_step(self):
        self.duties(steps={"entry.approve": SMALL_BY_REVIEWERS})
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.carla).action_review()
        self.assert_refused("SOD001", self.be(entry, self.carla).action_approve)
        self.be(entry, self.dirk).action_approve()
