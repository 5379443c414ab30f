"""The page of overrides is complete: one of each kind is planted, and each stands there with its people."""

from datetime import timedelta

from odoo import SUPERUSER_ID, Command, fields
from odoo.addons.ai_close.models.close_readiness import TASK_DONE
from odoo.tests import tagged

from .package_case import WHY, PackageCase


class OverrideCase(PackageCase):
    """Plants one of each; the steps are people's where that is short, else their result is written down."""

    def plant(self):
        self.run_1._guarded().write({"date_start": fields.Datetime.now()})
        self.plant_waiver()
        self.plant_posted_together()
        self.plant_adoption()
        batches = self.plant_batches()
        self.plant_not_applicable()
        self.locked()
        self.plant_delegation()
        self.plant_exception()
        self.plant_reopen()
        return batches

    def sign_all_tasks(self):
        for task in self.close.task_ids.sorted("sequence"):
            task._judge()
            if task.state not in ("prepared", *TASK_DONE):
                self.be(task, self.anna).action_prepare("Looked at by hand, in order.")
            if task.state == "prepared":
                self.be(task, self.carla if task.reviewer_role == "controller" else self.ben).action_sign()

    def plant_waiver(self):
        waived = self.finding(1, "medium", 6000.0)
        self.be(waived, self.anna).action_waive(WHY)
        self.be(waived, self.ben).action_waive(WHY)
        self.assertEqual(waived.state, "waived")

    def plant_posted_together(self):
        entries = self.env["ai.close.entry"].sudo()
        for number, amount in enumerate(("1102.50", "77.35")):
            entries |= self.propose(amount, key=f"GR:{self.company.id}:{number}", ref=f"GR {number}")
        self.be(entries, self.anna).action_prepare()
        self.be(entries, self.ben).action_review()
        self.be(entries, self.carla).action_decide_batch("Both as every month")
        self.assertEqual(set(entries.mapped("state")), {"posted"})
        entries[0]._guarded().write({"same_person": True})

    def plant_adoption(self):
        move = self.env["account.move"].create(
            {
                "date": "2026-10-30",
                "journal_id": self.general.id,
                "ref": "accrual by spreadsheet",
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": 70.0, "name": "x"}),
                    Command.create({"account_id": self.grni.id, "balance": -70.0, "name": "x"}),
                ],
            }
        )
        move.action_post()
        action = self.be(move, self.anna).action_ai_close_adopt()
        found = self.be(self.env["ai.close.adoption"].browse(action["res_id"]), self.anna)
        found.write({"reversal": "none", "proposer": "GR", "reason": "The order came by telephone"})
        found.action_prepare()
        self.be(found, self.ben).action_review()

    def plant_batches(self):
        """Two batches of one match each: asked for by Anna, and by the policy."""
        matches = self.env["ai.close.match"].sudo()
        for amount in (101, 102):
            row = self.match_row(self.bank_line(amount, f"INV {amount}"), self.invoice(amount))
            self.submit("ai.close.match", self.run_1, row)
            matches |= matches.search([("key", "=", row["key"])])
        self.be(matches, self.ben).action_accept()
        batches = self.env["ai.close.match.batch"]._guarded()
        for match, origin in zip(matches, ("person", "policy"), strict=True):
            batch = batches.create(
                {
                    "company_id": self.company.id,
                    "band": "auto",
                    "origin": origin,
                    "state": "done",
                    "total": 1,
                    "done_count": 1,
                    "requested_by_id": self.anna.id if origin == "person" else False,
                    "requested_at": "2026-11-02 09:00:00",
                    "done_at": "2026-11-02 09:05:00",
                }
            )
            batches.env["ai.close.match.batch.line"].create(
                {
                    "batch_id": batch.id,
                    "match_id": match.id,
                    "label": match.line_label,
                    "outcome": "accepted",
                    "sample": True,
                    "opened_at": "2026-11-02 08:59:00",
                }
            )
        posted = self.env["ai.close.auto.post"].with_user(SUPERUSER_ID)._guarded()
        posted.create(
            {
                "company_id": self.company.id,
                "close_id": self.close.id,
                "state": "done",
                "posted_count": 3,
                "amount": 45.10,
                "done_at": "2026-11-02 02:00:00",
            }
        )

    def plant_not_applicable(self):
        task = self.close.task_ids.filtered(lambda each: each.code == "STOCK")
        self.be(task, self.ben).action_not_applicable("There is no stock in this company.")
        self.be(task, self.carla).action_not_applicable("Seen, there is none.")
        self.assertEqual(task.state, "not_applicable")

    def plant_delegation(self):
        self.env["ai.close.delegation"]._guarded().create(
            {
                "from_id": self.carla.id,
                "to_id": self.ben.id,
                "company_id": self.company.id,
                "role": "controller",
                "date_from": self.close.period_end,
                "date_to": self.close.period_end + timedelta(days=4),
                "reason": "On leave",
                "state": "accepted",
                "asked_by_id": self.carla.id,
                "accepted_by_id": self.ben.id,
            }
        )
        self.env["ai.close.audit"].with_user(self.ben)._append(
            "task.sign", self.close, evidence={"on_behalf_of": {"name": "Carla", "user_id": self.carla.id}}
        )

    def plant_exception(self):
        self.exception = self._request("exception", exception_user_id=self.anna.id)

    def plant_reopen(self):
        request = self._request("reopen", reopen_user_ids=[(4, self.anna.id)])
        report = (
            self.env["ai.close.reopen.report"]
            ._guarded()
            .create(
                {
                    "name": "Reopen report",
                    "lock_id": request.id,
                    "close_id": self.close.id,
                    "company_id": self.company.id,
                    "opened_at": "2026-11-09 08:00:00",
                    "until": "2026-11-09 18:00:00",
                    "ended_at": "2026-11-09 12:00:00",
                    "state": "signed",
                    "signed_by_id": self.dirk.id,
                    "count_posted": 1,
                    "result": -120.0,
                }
            )
        )
        self.env["ai.close.reopen.line"]._guarded().create(
            {
                "report_id": report.id,
                "kind": "posted",
                "user_id": self.anna.id,
                "amount": 120.0,
                "result": -120.0,
                "done_at": "2026-11-09 09:00:00",
            }
        )

    def _request(self, kind, **vals):
        return (
            self.env["ai.close.lock"]
            ._guarded()
            .create(
                {
                    "name": kind,
                    "company_id": self.company.id,
                    "close_id": self.close.id,
                    "kind": kind,
                    "field": "fiscalyear_lock_date",
                    "date_old": self.close.period_end,
                    "date_new": self.close.period_start - timedelta(days=1),
                    "exception_until": "2026-11-09 18:00:00",
                    "state": "expired",
                    "reason": "Credit note 88",
                    "requested_by_id": self.ben.id,
                    "approved_by_id": self.dirk.id,
                    "approved_at": fields.Datetime.now() - timedelta(minutes=1),
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestPackageOverrides(OverrideCase):
    def test_one_of_each_stands_on_the_page(self):
        self.plant()
        # as after a relock: the events of the trail count up to the last lock of the close
        self.env["ai.close.audit"].with_user(self.dirk)._append("close.relock", self.close)
        tables = self.section("overrides")["tables"]
        found = {each["title"]: each["rows"] for each in tables[1:]}
        names = {
            "Findings waived": ("Anna", "Ben", WHY, "6000.00"),
            "Tasks not applicable": ("Ben", "Carla", "There is no stock"),
            "Left open at the lock": ("100.00", "Ben", "Dirk"),
            "Entries approved together": (2, "1179.85", "Carla", "Both as every month"),
            "Bank matches accepted together": (1, "Anna"),
            "Done unattended, by the policy": ("Bank matches", "Drafts posted", 3, "45.10"),
            "Delegations": ("Carla", "Ben", "On leave"),
            "Steps taken for somebody absent": ("task.sign", "Ben", "Carla"),
            "Reopened after the lock": ("Anna", "Dirk", "-120.00", "Credit note 88"),
            "Lock exceptions": ("Anna", "Dirk", "Credit note 88"),
            "Booked by hand, adopted or rejected": ("70.00", "Anna", "Ben", "telephone"),
            "Reviewed and approved by one person (small team)": ("1102.50", "Anna", "Carla"),
        }
        self.assertEqual(set(found), set(names))
        for title, wanted in names.items():
            with self.subTest(title=title):
                cells = [cell for row in found[title] for cell in row]
                text = "\n".join(map(str, cells))
                for each in wanted:
                    self.assertIn(str(each), text)
        numbers = dict(tables[0]["rows"])
        self.assertEqual(numbers.keys(), names.keys())
        self.assertTrue(all(numbers.values()), numbers)

    def test_what_did_not_happen_is_said(self):
        tables = self.section("overrides")["tables"]
        self.assertEqual([each["rows"] for each in tables[1:]], [[]] * 12)
        self.assertEqual({each["empty"] for each in tables[1:]}, {"None in this period."})
