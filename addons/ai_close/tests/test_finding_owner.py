"""Whose a finding is and until when: by the policy, else by the checklist; told once when late."""

from freezegun import freeze_time

from odoo.tests import tagged

from ..kernel.payload import PayloadError
from .common import PortCase


@tagged("post_install", "-at_install")
class TestFindingOwner(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()
        self.close = self.env["ai.close.run"].browse(self.held["run_id"]).close_id
        self.close.task_ids._guarded().write({"date_due": "2027-12-31", "owner_id": False})
        self.close._guarded().write({"date_due": "2027-12-31"})

    def _set(self, **sections):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": {**policy.params, **sections}})

    def _row(self, anchor, rule="EXF008", facet="x", **changes):
        link = {"model": anchor._name, "id": anchor.id}
        return self.finding(
            key=f"{rule}:{self.company.id}:{anchor._name},{anchor.id}:{facet}",
            rule=rule,
            anchor=link,
            records=[link | {"label": "it"}],
            **changes,
        )

    def _made(self, *rows):
        self.submit(self.held, *rows)
        keys = [row["key"] for row in rows]
        found = self.env["ai.close.finding"].search([("key", "in", keys)])
        return found.sorted(lambda finding: keys.index(finding.key))

    def test_journal_account_and_partner_name_the_owner(self):
        partner = self.env["res.partner"].create({"name": "Delta"})
        self._set(
            owners=[
                {"user": self.auditor.id},
                {"user": self.controller.id, "rules": ["VAL"]},
                {"user": self.reviewer.id, "partners": partner.ids},
                {"user": self.reviewer2.id, "accounts": ["T21"], "rules": ["EXF"]},
                {"user": self.preparer.id, "journals": self.journal("bank").ids},
            ]
        )
        rows = [
            self._row(partner, rule="VAL001"),
            self._row(self.entry(5.0, partner_id=partner.id)),
            self._row(self.entry(6.0)),
            self._row(self.journal("bank")),
            self._row(self.account("income")),
        ]
        owners = [finding.owner_id for finding in self._made(*rows)]
        nobody = self.env["res.users"]
        # the auditor has no part in the work, whatever the policy says
        expected = [self.controller, self.reviewer, self.reviewer2, self.preparer, nobody]
        self.assertEqual(owners, expected)

    def test_else_the_owner_of_the_task(self):
        tasks = {task.code: task for task in self.close.task_ids}
        tasks["FINDING"]._guarded().write({"owner_id": self.reviewer.id})
        tasks["DRAFT"]._guarded().write({"owner_id": self.preparer.id})
        move = self.entry(5.0)
        found = self._made(self._row(move, "CMP001"), self._row(move))
        self.assertEqual([finding.owner_id for finding in found], [self.preparer, self.reviewer])
        self.assertEqual(found.mapped("state"), ["open", "open"], "an owner is no decision")

    def test_who_was_named_by_a_person_stays(self):
        row = self._row(self.entry(5.0))
        finding = self._made(row)
        self.rpc(self.reviewer, finding._name, "action_assign", finding.ids, self.preparer.id)
        self._set(owners=[{"user": self.reviewer.id}])
        self.submit(self.held, {**row, "amount": "9000.00"})
        self.env.invalidate_all()
        self.assertEqual(finding.owner_id, self.preparer)

    def test_due_in_working_days_by_severity(self):
        rows = [self._row(self.entry(5.0), facet=each, severity=each) for each in ("critical", "high", "low")]
        with freeze_time("2026-11-06 12:00:00"):  # a Friday
            found = self._made(*rows)
        days = ["2026-11-09", "2026-11-10", "2026-11-20"]
        self.assertEqual([str(finding.date_due) for finding in found], days)

    def test_never_later_than_the_close_is_due_and_as_the_policy_says(self):
        self.close._guarded().write({"date_due": "2026-11-10"})
        self._set(due_days={"critical": 0, "low": 3})
        rows = [self._row(self.entry(5.0), facet=each, severity=each) for each in ("critical", "low")]
        with freeze_time("2026-11-06 12:00:00"):
            found = self._made(*rows)
        self.assertEqual([str(finding.date_due) for finding in found], ["2026-11-06", "2026-11-10"])
        with freeze_time("2026-11-12 12:00:00"):
            late = self._made(self._row(self.entry(5.0), severity="low"))
        self.assertEqual(str(late.date_due), "2026-11-17", "the close's day is past")

    def test_what_is_late_is_told_once_a_cause(self):
        cause = {"key": "one", "title": "One cause"}
        rows = [self._row(self.entry(5.0), facet=str(each), cause=cause) for each in range(5)]
        medium = self._row(self.entry(6.0), severity="medium")
        with freeze_time("2026-11-06 12:00:00"):
            found = self._made(*rows, medium)
        escalation = self.env["ai.close.escalation"].sudo()
        with freeze_time("2026-11-10 12:00:00"):
            self.assertFalse(escalation._escalate(self.close))
        with freeze_time("2026-11-11 12:00:00"):
            told = escalation._escalate(self.close)
            self.assertEqual((told.level, told.res_id), ("reviewer", found[0].cause_id.id))
            self.assertFalse(escalation._escalate(self.close))
        with freeze_time("2026-12-01 12:00:00"):
            told = escalation._escalate(self.close)
        self.assertEqual(
            {(each.level, each.res_id) for each in told},
            {("controller", found[0].cause_id.id), ("reviewer", found[-1].cause_id.id)},
        )

    def test_nobody_is_told_what_is_only_observed(self):
        with freeze_time("2026-11-06 12:00:00"):
            self._made(self._row(self.entry(5.0)))
        self._set(phase="observe")
        with freeze_time("2026-12-01 12:00:00"):
            self.assertFalse(self.env["ai.close.escalation"].sudo()._escalate(self.close))

    def test_a_policy_names_people_and_journals_of_the_company(self):
        other = self._make_company("Other")
        stranger = self._make_user("close_stranger", "preparer", other)
        policy, params = self.env["ai.close.policy"], self._params(self.company)
        for line in (
            {"user": stranger.id},
            {"user": self.auditor.id},
            {"user": self.preparer.id, "journals": self.journal("bank", other).ids},
            {"user": self.preparer.id, "partners": [2**30]},
        ):
            with self.subTest(line=line), self.assertRaises(PayloadError):
                policy._check_accounts(self.company, {**params, "owners": [line]})
        policy._check_accounts(self.company, {**params, "owners": [{"user": self.preparer.id}]})

    def test_the_form_writes_what_it_reads(self):
        owners = [
            {"user": self.preparer.id, "rules": ["ACC", "EXF001"], "journals": self.journal("bank").ids},
            {"user": self.reviewer.id, "accounts": ["60", "61"]},
        ]
        policy = self.env["ai.close.policy"]._in_force(self.company)
        params = {**policy.params, "owners": owners, "due_days": {"high": 3}}
        edit = self.env["ai.close.policy.edit"].new(
            {"policy_id": policy.id, **self.env["ai.close.policy.edit"]._from_params(params)}
        )
        self.assertEqual((edit.due_high, edit.due_low), (3, 10))
        self.assertEqual([line._as_params() for line in edit.finding_owner_ids], owners)
