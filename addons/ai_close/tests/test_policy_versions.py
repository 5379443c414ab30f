"""Versions of the policy: drafted from the one in force, proposed, approved by somebody else, dated."""

import json
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.addons.ai_close.kernel.canonical import digest
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import give_role
from .policy_case import PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyVersions(PolicyCase):
    def test_from_draft_to_force(self):
        draft = self.draft(materiality="6000.00")
        self.assertEqual((draft.state, draft.version, draft.base_id), ("draft", 2, self.first))
        self.propose(draft)
        self.assertEqual((draft.state, draft.proposed_by_id), ("proposed", self.ben))
        self.approve(draft)
        self.assertEqual((draft.state, self.first.state), ("in_force", "replaced"))
        self.assertEqual(self.policies._in_force(self.company), draft)
        self.assertEqual(str(draft._money("materiality")), "6000.00")

    def test_the_audit_tells_each_parameter_before_and_after(self):
        self.next_version(materiality="6000.00", bands={"auto": "0.97", "review": "0.70"})
        edit = self.events("policy.edit")[0]
        self.assertEqual(json.loads(edit.before), {"bands.auto": "0.95", "materiality": "5000.00"})
        self.assertEqual(json.loads(edit.after), {"bands.auto": "0.97", "materiality": "6000.00"})
        approval = self.events("policy.approve")[0]
        self.assertEqual((approval.user_id, approval.role), (self.carla.id, "controller"))
        told = json.loads(approval.evidence)["changes"]
        self.assertEqual([row["parameter"] for row in told], ["bands.auto", "materiality"])
        self.assertIn("6,000.00", told[1]["after"])
        self.assertEqual(self.events("policy.propose")[0].reason, "The board said so")
        self.assertTrue(self.events("policy.replace") and self.events("policy.enforce"))

    def test_a_later_date_is_waited_for_without_a_cron(self):
        waiting = self.next_version(days=10, materiality="6000.00")
        self.assertEqual((waiting.state, self.policies._in_force(self.company)), ("approved", self.first))
        with self.days_later(9):
            self.assertEqual(self.policies._in_force(self.company), self.first)
        with self.days_later(10):
            self.env.invalidate_all()
            self.assertEqual(self.policies._in_force(self.company), waiting)
            self.assertEqual(self.policies._in_force_above(self.company), waiting)
            self.assertEqual((waiting.state, waiting.holds, self.first.holds), ("approved", True, False))
            # the states follow with the cron, or with the next step on the policy
            self.policies._cron_enforce()
            self.assertEqual((waiting.state, self.first.state), ("in_force", "replaced"))
            self.assertEqual(self.policies._in_force(self.company), waiting)

    def test_the_next_step_writes_the_states_too(self):
        waiting = self.next_version(days=1, materiality="6000.00")
        with self.days_later(1):
            third = self.draft(base=waiting)
        self.assertEqual((third.version, third.base_id), (3, waiting))
        self.assertEqual((waiting.state, self.first.state), ("in_force", "replaced"))

    def test_a_branch_follows_the_nearest_policy(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        second = self.next_version(materiality="6000.00")
        self.assertEqual(self.policies._in_force_above(branch), second)

    # -- who may

    def test_makers_do_not_approve(self):
        draft = self.draft(self.carla)
        self.be(draft, self.dirk)._save_draft({**draft.params, "materiality": "6000.00"})
        self.propose(draft, self.ben)
        for user in (self.carla, self.dirk):
            self.assert_refused("SOD001", self.approve, draft, user)
        self.assert_refused("SOD003", self.approve, draft, self.ben)
        self.assert_refused("SOD003", self.approve, draft, self.anna)
        self.assert_refused("SOD002", self.approve, draft, self.robot)
        third = self.person("clara", "controller")
        self.assertEqual(self.approve(draft, third).state, "in_force")

    def test_all_groups_do_not_help(self):
        both = self.person("both", "controller")
        give_role(both, "reviewer")
        draft = self.draft(both, materiality="6000.00")
        self.propose(draft, both)
        self.assert_refused("SOD001", self.approve, draft, both)

    def test_preparer_auditor_and_agent_draft_nothing(self):
        for user, code in ((self.anna, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(self.first, user).action_draft_next)

    def test_the_database_knows_two_people(self):
        draft = self.propose(self.draft(materiality="6000.00"))
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            draft._guarded().write({"approved_by_id": self.ben.id})
            draft.flush_recordset()

    def test_the_password_is_asked_for(self):
        asked = []
        draft = self.propose(self.draft(materiality="6000.00"))
        with patch.object(
            self.registry["ai.close.policy"], "_need_password", lambda _self, kind: asked.append(kind)
        ):
            self.approve(draft)
        self.assertEqual(asked, ["policy"])

    # -- saying no, and once more

    def test_rejected_with_a_reason_and_drafted_again(self):
        draft = self.propose(self.draft(materiality="6000.00"))
        self.assert_refused("ENT006", self.be(draft, self.carla).action_reject, " ")
        self.be(draft, self.carla).action_reject("Too high for us")
        self.assertEqual((draft.state, draft.reject_reason), ("rejected", "Too high for us"))
        again = self.draft(base=draft)
        self.assertEqual((again.version, again.base_id), (3, self.first))
        self.assertEqual(again.params["materiality"], "6000.00")

    def test_taken_back_corrected_and_proposed_again(self):
        draft = self.propose(self.draft(materiality="6000.00"))
        shown = draft.proposed_digest
        self.be(draft, self.ben).action_take_back("A slip")
        self.be(draft, self.ben)._save_draft({**draft.params, "materiality": "60000.00"})
        self.propose(draft)
        stale = self.be(draft, self.carla).with_context(ai_close_seen=shown)
        self.assert_refused("ENT015", stale.action_approve)
        self.approve(draft)
        self.assertEqual(str(draft._money("materiality")), "60000.00")

    def test_withdrawn_before_its_date_but_not_after(self):
        waiting = self.next_version(days=5, materiality="6000.00")
        self.assert_refused("SOD003", self.be(waiting, self.ben).action_withdraw, "No more")
        with self.days_later(5):
            self.assert_refused("ENT001", self.be(waiting, self.carla).action_withdraw, "No more")
        self.be(waiting, self.dirk).action_withdraw("No more")
        self.assertEqual((waiting.state, self.first.state), ("rejected", "in_force"))
        with self.days_later(5):
            self.assertEqual(self.policies._in_force(self.company), self.first)

    def test_a_base_that_was_replaced_is_refused_by_name(self):
        draft = self.propose(self.draft(materiality="6000.00"))
        self.be(draft, self.carla).action_reject("Not now")
        self.next_version(materiality="7000.00")
        sentence = self.assert_refused("POL005", self.be(draft, self.ben).action_draft_next)
        self.assertIn("version 1, but version 3 holds", sentence)
        self.assert_refused("POL005", self.be(self.first, self.ben).action_draft_next)

    def test_a_base_replaced_meanwhile_stops_proposal_and_approval(self):
        draft = self.draft(materiality="6000.00")
        other = self.policies._guarded().create(
            {"company_id": self.company.id, "version": 9, "params": draft.params, "state": "replaced"}
        )
        draft._guarded().write({"base_id": other.id})
        self.assert_refused("POL005", self.propose, draft)
        draft._guarded().write({"base_id": self.first.id})
        self.propose(draft)
        draft._guarded().write({"base_id": other.id})
        # what was proposed names its base, so this is noticed first
        self.assert_refused("POL006", self.approve, draft)

    def test_one_version_under_way(self):
        draft = self.draft(materiality="6000.00")
        sentence = self.assert_refused("POL004", self.be(self.first, self.carla).action_draft_next)
        self.assertIn("Version 2 by Ben", sentence)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.policies._guarded().create(
                {"company_id": self.company.id, "version": 3, "params": draft.params}
            )
            self.env.flush_all()
        self.approve(self.propose(draft, days=3))
        sentence = self.assert_refused("POL004", self.be(self.first, self.carla).action_draft_next)
        self.assertIn("comes into force", sentence)

    def test_two_drafts_at_the_same_time(self):
        draft = self.draft(materiality="6000.00")
        # what the other one committed is not seen by who began before
        with (
            patch.object(self.registry["ai.close.policy"], "_of_company", lambda _self: self.first),
            mute_logger("odoo.sql_db"),
        ):
            self.assert_refused("POL004", self.be(self.first, self.carla).action_draft_next)
        self.assertEqual(draft.state, "draft")

    def test_a_window_opened_from_nowhere(self):
        for context in (
            {"active_model": "ai.close.policy", "active_id": "1"},
            {"active_model": "ai.close.policy", "active_id": [1]},
            {"active_model": "res.users", "active_id": self.first.id},
            {},
        ):
            for name in ("ai.close.policy.edit", "ai.close.policy.propose"):
                wizard = self.env[name].with_user(self.ben).with_context(context)
                self.assertFalse(wizard.default_get(["policy_id"]).get("policy_id"))

    # -- what was proposed is what is approved

    def test_a_proposal_changed_behind_odoos_back_is_refused(self):
        draft = self.propose(self.draft(materiality="6000.00"), days=3)
        for column, value in (
            ("params", json.dumps({**draft.params, "materiality": "9000.00"})),
            ("valid_from", str(self.today)),
            ("reason", "another"),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    f"UPDATE ai_close_policy SET {column} = %s WHERE id = %s", [value, draft.id]
                )
                self.env.invalidate_all()
                self.assert_refused("POL006", self.approve, draft)
                savepoint.rollback()
        self.env.invalidate_all()
        self.assertEqual(self.approve(draft).state, "approved")

    def test_no_field_is_written_past_the_steps(self):
        draft = self.draft(materiality="6000.00")
        for values in (
            {"params": {}},
            {"editor_ids": [(5, 0, 0)]},
            {"proposed_by_id": self.dirk.id},
            {"drafted_by_id": self.dirk.id},
            {"approved_by_id": self.dirk.id},
            {"valid_from": "2026-01-01"},
            {"base_id": False},
            {"proposed_digest": "x"},
            {"reason": "x"},
        ):
            with self.subTest(values=values):
                self.assert_refused("AUD002", draft.with_user(self.carla).sudo().write, values)

    # -- bad input

    def test_what_is_not_valid_is_not_saved(self):
        draft = self.draft()
        stranger = self.env["res.company"].create({"name": "Stranger"})
        foreign = self.env["account.account"].create(
            {"name": "F", "code": "999999", "account_type": "expense", "company_ids": [(6, 0, stranger.ids)]}
        )
        journal = self.env["account.journal"].create(
            {"name": "F", "code": "FOR", "type": "general", "company_id": stranger.id}
        )
        archived = self.expense.copy({"name": "Old", "active": False})
        roles = draft.params["roles"]
        for changes in (
            {"materiality": "-1"},
            {"limits": {"match": "-0.01"}},
            {"bands": {"auto": "0.50", "review": "0.70"}},
            {"bands": {"auto": "1.50", "review": "0.70"}},
            {"roles": {**roles, "grni": foreign.id}},
            {"roles": {**roles, "grni": archived.id}},
            {"adjustment_journal_id": journal.id},
            {"manual": {"journals": [journal.id], "amount": "1.00"}},
            {"phase": "autonomous"},
            {"phase": "automatic"},
            {"seal_mail_to": ["nobody"]},
            {"audit_retention_years": 1},
            {"tolerance_units": -1},
            {"rules": {"CMP001": {"limit": 0.5}}},
        ):
            with self.subTest(changes=changes):
                self.assert_refused(
                    "POL002", self.be(draft, self.ben)._save_draft, {**draft.params, **changes}
                )
        self.assertEqual(draft.params, self.first.params)

    def test_an_account_archived_since_the_draft(self):
        account = self.expense.copy({"name": "Other"})
        draft = self.propose(self.draft(roles={**self.first.params["roles"], "grni": account.id}))
        account.active = False
        sentence = self.assert_refused("POL002", self.approve, draft)
        self.assertIn("archived", sentence)

    def test_dates_that_are_not_possible(self):
        draft = self.draft(materiality="6000.00")
        propose = self.be(draft, self.ben).action_propose
        for value in (
            str(self.today - timedelta(days=1)),
            "soon",
            None,
            "2226-12-01",
            7,
            "",
            [],
            {},
            {"a": 1},
            True,
        ):
            with self.subTest(value=value):
                self.assert_refused("POL007", propose, "A reason", value)
        self.propose(draft, days=2)
        with self.days_later(3):
            self.assertIn("passed", self.assert_refused("POL007", self.approve, draft))

    def test_no_date_in_a_locked_month(self):
        draft = self.draft(materiality="6000.00")
        with patch.object(
            self.registry["ai.close"], "_locked_to", lambda _self, _company: self.today + timedelta(days=20)
        ):
            self.assert_refused("POL007", self.propose, draft, None, 20)
        self.assertEqual(self.propose(draft, days=21).state, "proposed")

    def test_nothing_changed_and_no_reason(self):
        draft = self.draft()
        self.assert_refused("POL008", self.propose, draft)
        self.be(draft, self.ben)._save_draft({**draft.params, "materiality": "6000.00"})
        self.assert_refused("ENT006", self.propose, draft, None, 0, "  ")

    # -- who relies on it

    def test_signed_entries_are_signed_anew_on_the_day(self):
        self.next_version(days=3, materiality="6000.00")
        run = self.run_of_agent()
        source = self.invoice(100).move_id
        self.submit("ai.close.entry", run, self.entry_row(source))
        entry = self.env["ai.close.entry"].sudo().search([("close_id", "=", self.close.id)])
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.ben).action_review()
        with self.days_later(3):
            sentence = self.assert_refused("ENT002", self.be(entry, self.carla).action_approve)
            self.assertIn("from version 1 to 2", sentence)
            self.be(entry, self.ben).action_send_back("new policy")
            self.be(entry, self.anna).action_prepare()
            self.be(entry, self.ben).action_review()
            self.be(entry, self.carla).action_approve()
        self.assertEqual((entry.state, entry.signed_policy_id.version), ("posted", 2))

    def test_the_digest_is_that_of_the_parameters(self):
        second = self.next_version(materiality="6000.00")
        self.assertEqual(second.digest, digest(second.params))
