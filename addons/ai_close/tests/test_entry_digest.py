"""What was approved is what is posted: each thing that a signature covers, changed at each stage."""

import itertools

from odoo import Command, fields
from odoo.addons.ai_close.models.refusal import CloseRefusal
from odoo.tests import tagged

from .close_common import EntryCase

# How each member of the payload is changed by a person, at the staged entry.  A member without a line here
# fails the tests: what a signature covers is tried.
ENTRY_CHANGES = {
    "company": None,  # no field of the entry that anybody may write; tried on the journal entry
    "date": lambda case, entry: case.be(entry, case.anna).write({"date": "2026-10-30"}),
    "reversal_date": lambda case, entry: case.be(entry, case.anna).write({"reversal_date": "2026-11-02"}),
    "journal": lambda case, entry: case.be(entry, case.anna).write({"journal_id": case.other_journal.id}),
    "ref": lambda case, entry: case.be(entry, case.anna).write({"ref": "another"}),
    "narration": lambda case, entry: case.be(entry, case.anna).write({"narration": "another"}),
    "lines": lambda case, entry: case.be(entry, case.anna).write(
        {"line_ids": [Command.create({"account_id": case.expense.id, "name": "new", "balance": 0.0})]}
    ),
    "attachments": lambda case, entry: case.document(entry, case.anna),
    "policy": lambda case, entry: case.next_policy(),
}
LINE_CHANGES = {
    "account": {"account_id": "not_received"},
    "partner": {"partner_id": "partner_b"},
    "name": {"name": "another"},
    "balance": {"balance": 1000.0},
    "currency": {"currency_id": "dollar"},
    "amount_currency": {"amount_currency": 900.0},
    "analytic": {"analytic_distribution": {}},
}
# The same on the journal entry, between approving and posting.
MOVE_CHANGES = {
    "company": None,  # Odoo itself refuses another company than the journal's; see its own test
    "date": {"date": "2026-10-30"},
    "reversal_date": {"date": "2026-11-02"},
    "journal": {"journal_id": "other_journal"},
    "ref": {"ref": "another"},
    "narration": {"narration": "<p>another</p>"},
    "lines": None,  # each member of a line is tried
    "attachments": None,  # of the staged entry, tried there and at posting
    "policy": None,
}
ROUGH = {"check_move_validity": False, "skip_invoice_sync": True}


@tagged("post_install", "-at_install")
class TestEntryDigest(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_journal = cls.general.copy({"name": "Second", "code": "SEC"})
        cls.dollar = cls.company.currency_id
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-10-01", 0.9)])
        plan = cls.env["account.analytic.plan"].create({"name": "Projects"})
        cls.project, cls.project_2 = cls.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id, "company_id": cls.company.id} for name in ("One", "Two")]
        )

    def document(self, entry, user, content=b"other"):
        return self.be(self.env["ir.attachment"], user).create(
            {"name": "a.txt", "raw": content, "res_model": entry._name, "res_id": entry.id}
        )

    def next_policy(self):
        policies = self.env["ai.close.policy"]
        former = policies._in_force(self.company)
        former._guarded().write({"state": "replaced"})
        former.flush_recordset()
        return policies._guarded().create(
            {
                "company_id": self.company.id,
                "version": former.version + 1,
                "params": self.params(materiality="6000.00"),
                "digest": "any",
                "state": "in_force",
            }
        )

    def staged(self, stage):
        """Return an entry that was taken to ``stage``, with a document and analytic shares."""
        lines = self.entry_row(self.source)["lines"]
        for line, amount in zip(lines, ("992.25", "-992.25"), strict=True):
            line.update(currency="EUR", amount_currency=amount)
        entry = self.propose(key=f"GR:{self.company.id}:{next(self.numbers)}", lines=lines)
        self.document(entry, self.anna, b"first")
        self.be(entry.line_ids[0], self.anna).analytic_distribution = {str(self.project.id): 100.0}
        if stage in ("prepared", "reviewed"):
            self.be(entry, self.anna).action_prepare()
        if stage == "reviewed":
            self.be(entry, self.ben).action_review()
        return entry

    numbers = itertools.count(1)

    def resolved(self, vals):
        values = {
            name: getattr(self, value).id if isinstance(value, str) and hasattr(self, value) else value
            for name, value in vals.items()
        }
        if "analytic_distribution" in values:
            values["analytic_distribution"] = {str(self.project_2.id): 100.0}
        return values

    # -- the tables cover the payload

    def test_every_member_of_the_payload_is_tried(self):
        payload = self.staged("proposed")._payload()
        self.assertEqual(set(ENTRY_CHANGES), set(payload))
        self.assertEqual(set(MOVE_CHANGES), set(payload))
        self.assertEqual(set(LINE_CHANGES), set(payload["lines"][0]))

    # -- after preparation and after review

    def test_a_change_after_a_signature_strikes_it_or_is_refused(self):
        changes = {name: change for name, change in ENTRY_CHANGES.items() if change}
        for vals in LINE_CHANGES.values():
            changes[f"line {next(iter(vals))}"] = lambda case, entry, vals=vals: case.be(
                entry.line_ids[0], case.anna
            ).write(case.resolved(vals))
        for stage, name in itertools.product(("prepared", "reviewed"), changes):
            with self.subTest(stage=stage, changed=name):
                with self.env.cr.savepoint() as savepoint:
                    entry = self.staged(stage)
                    signed = entry.payload_digest
                    changes[name](self, entry)
                    self.env.invalidate_all()
                    self.assertNotEqual(entry._digest_now(), signed, "the change is one")
                    step = {"prepared": "action_review", "reviewed": "action_approve"}[stage]
                    who = {"prepared": self.ben, "reviewed": self.carla}[stage]
                    struck = entry.state == "proposed" and not entry.prepared_by_id | entry.reviewed_by_id
                    code = "ENT001" if struck else "ENT002"
                    self.assert_refused(code, getattr(self.be(entry, who), step))
                    self.assertFalse(entry.move_id)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_a_change_behind_the_back_is_refused_at_each_stage(self):
        columns = {
            "date": "date = '2026-10-30'",
            "reversal_date": "reversal_date = '2026-11-02'",
            "journal": f"journal_id = {self.other_journal.id}",
            "ref": "ref = 'x'",
            "narration": "narration = 'x'",
        }
        for (name, change), stage in itertools.product(columns.items(), ("proposed", "prepared", "reviewed")):
            with self.subTest(changed=name, stage=stage):
                entry = self.staged(stage)
                self.env.flush_all()
                self.env.cr.execute(f"UPDATE ai_close_entry SET {change} WHERE id = %s", [entry.id])
                self.env.invalidate_all()
                step, who = {
                    "proposed": ("action_prepare", self.anna),
                    "prepared": ("action_review", self.ben),
                    "reviewed": ("action_approve", self.carla),
                }[stage]
                self.assert_refused("ENT002", getattr(self.be(entry, who), step))

    # -- between approving and posting

    def approve_with(self, meddle):
        """Approve while somebody ``meddle(move)``s with the journal entries just before they are posted."""
        entry = self.staged("reviewed")
        moves = type(self.env["account.move"])
        original = moves._post

        def _post(these, soft=True):
            meddle(these.with_context(**ROUGH))
            these.env.flush_all()
            return original(these, soft)

        self.patch(moves, "_post", _post)
        try:
            return self.assert_refused_any(("ENT002", "LCK002"), self.be(entry, self.carla).action_approve)
        finally:
            self.patch(moves, "_post", original)
            self.env.invalidate_all()
            self.assertEqual((entry.state, entry.move_id.ids), ("reviewed", []))

    def assert_refused_any(self, codes, call):
        with self.assertRaises(CloseRefusal) as caught, self.env.cr.savepoint():
            call()
        self.env.invalidate_all()
        self.assertIn(caught.exception.code, codes)
        return caught.exception.code

    def test_each_field_of_the_journal_entry_is_held_against_the_approval(self):
        for name, vals in MOVE_CHANGES.items():
            if vals:
                with self.subTest(changed=name):
                    mirrored = name == "reversal_date"

                    def meddle(move, vals=vals, mirrored=mirrored):
                        if bool(move.reversed_entry_id) == mirrored:
                            move.write(self.resolved(vals))

                    code = self.approve_with(meddle)
                    self.assertEqual(code, "LCK002" if "date" in vals else "ENT002")

    def test_each_field_of_each_journal_item_is_held_against_the_approval(self):
        for (name, vals), mirrored in itertools.product(LINE_CHANGES.items(), (False, True)):
            with self.subTest(changed=name, reversal=mirrored):

                def meddle(move, vals=vals, mirrored=mirrored):
                    if bool(move.reversed_entry_id) == mirrored:
                        sign = -1 if mirrored else 1
                        values = self.resolved(vals)
                        move.line_ids[0].write(
                            {
                                key: sign * value if isinstance(value, float) else value
                                for key, value in values.items()
                            }
                        )

                self.assertEqual(self.approve_with(meddle), "ENT002")

    def test_items_and_taxes_that_nobody_signed(self):
        for meddle in (
            lambda move: move.write(
                {
                    "line_ids": [
                        Command.create({"account_id": self.expense.id, "name": "x", "balance": 0.0}),
                    ]
                }
            ),
            lambda move: move.line_ids[0].write({"tax_ids": [Command.set(self.tax_purchase_a.ids)]}),
            lambda move: move.write({"reversed_entry_id": self.source.id}),
        ):
            self.assertEqual(self.approve_with(meddle), "ENT002")

    def test_documents_and_policy_at_the_last_moment(self):
        entry = self.env["ai.close.entry"].sudo()

        def replace(move):
            found = self.env["ir.attachment"].sudo().search([("res_model", "=", "ai.close.entry")])
            for each in found:
                self.env.cr.execute("UPDATE ir_attachment SET res_id = 0 WHERE id = %s", [each.id])
            self.env.invalidate_all()

        self.assertEqual(self.approve_with(replace), "ENT002")
        self.assertEqual(self.approve_with(lambda move: self.next_policy()), "ENT002")
        self.assertFalse(entry.search([("state", "=", "posted")]))

    def test_an_approval_serves_once(self):
        entry = self.staged("reviewed")
        self.be(entry, self.carla).action_approve()
        again = self.env["account.move"]._ai_close_as_closer().create(entry._move_vals())
        self.assert_refused("ENT001", again._post, False)
        self.assertEqual(again.state, "draft")

    def test_an_account_archived_a_second_before(self):
        account = self.expense.copy({"name": "Old account"})
        entry = self.propose(lines=self.entry_row(self.source, account=account)["lines"])
        self.sign(entry)
        original = type(entry)._post_moves

        def late(these):
            account.active = False
            return original(these)

        self.patch(type(entry), "_post_moves", late)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.be(entry, self.carla).action_approve()
        self.assertIn("archived", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual((entry.state, entry.move_id.ids), ("reviewed", []))

    # -- what is posted bears what was signed

    def test_shares_and_documents_arrive(self):
        entry = self.staged("reviewed")
        self.be(entry, self.carla).action_approve()
        self.assertEqual(
            [line.analytic_distribution or {} for line in entry.move_id.line_ids.sorted("sequence")],
            [{str(self.project.id): 100.0}, {}],
        )
        self.assertEqual(entry.approved_digest, entry.payload_digest)
        documents = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", entry.move_id.id)]
        )
        self.assertEqual(documents.mapped("raw"), [b"first"])

    def test_odoos_distribution_models_are_seen_before_they_are_signed(self):
        self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.partner_a.id,
                "company_id": self.company.id,
                "analytic_distribution": {str(self.project_2.id): 100.0},
            }
        )
        entry = self.propose()
        self.assertEqual(entry.line_ids[0].analytic_distribution, {str(self.project_2.id): 100.0})
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(
            entry.move_id.line_ids.mapped("analytic_distribution"), [{str(self.project_2.id): 100.0}] * 2
        )

    def test_a_new_policy_is_signed_anew(self):
        entry = self.staged("prepared")
        self.next_policy()
        sentence = self.assert_refused("ENT002", self.be(entry, self.ben).action_review)
        self.assertIn("from version 1 to 2", sentence)
        self.be(entry, self.ben).action_send_back("under the new policy, please")
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual((entry.state, entry.signed_policy_id.version), ("posted", 2))

    # -- documents

    def test_a_document_more_or_less_strikes_signatures(self):
        for act in (
            lambda entry: self.document(entry, self.anna),
            lambda entry: self._documents(entry).with_user(self.anna).sudo(False).unlink(),
            lambda entry: self._documents(entry).with_user(self.anna).sudo(False).write({"raw": b"forged"}),
            lambda entry: (
                self._documents(entry)
                .with_user(self.anna)
                .sudo(False)
                .write({"res_model": False, "res_id": 0})
            ),
        ):
            entry = self.staged("reviewed")
            with self.env.cr.savepoint() as savepoint:
                try:
                    act(entry)
                except CloseRefusal:
                    savepoint.rollback()
                    self.env.invalidate_all()
                    self.assertEqual(entry.state, "reviewed")
                    continue
            self.env.invalidate_all()
            self.assertEqual((entry.state, entry.reviewed_by_id.ids), ("proposed", []))
            self.assertEqual(entry.payload_digest, entry._digest_now())
            self.assertEqual(entry.change_log[-1]["what"], "documents")

    def _documents(self, entry):
        documents = self.env["ir.attachment"].sudo()
        return documents.search([("res_model", "=", entry._name), ("res_id", "=", entry.id)])

    # -- the screen

    def test_a_stale_screen_signs_nothing(self):
        entry = self.staged("prepared")
        seen = entry.payload_digest
        self.be(entry, self.anna).write({"ref": "late receipt"})
        self.be(entry, self.anna).action_prepare()
        stale = self.be(entry, self.ben).with_context(ai_close_seen=seen)
        sentence = self.assert_refused("ENT015", stale.action_review)
        self.assertIn("Anna changed this", sentence)
        self.assertIn(str(fields.Datetime.now().year)[-2:], sentence)
        self.assertEqual((entry.state, entry.ref), ("prepared", "late receipt"))
        self.be(entry, self.ben).with_context(ai_close_seen=entry.payload_digest).action_review()
        self.assertEqual(entry.state, "reviewed")

    def test_what_the_screen_showed_makes_nothing_easier(self):
        entry = self.staged("reviewed")
        self.env.flush_all()
        self.env.cr.execute("UPDATE ai_close_entry SET ref = 'x' WHERE id = %s", [entry.id])
        self.env.invalidate_all()
        carla = self.be(entry, self.carla)
        for seen in (entry.payload_digest, entry._digest_now(), True, None):
            with self.subTest(seen=seen), self.assertRaises(CloseRefusal), self.env.cr.savepoint():
                carla.with_context(ai_close_seen=seen).action_approve()
            self.env.invalidate_all()
        self.assertEqual(entry.state, "reviewed")

    # -- amounts that are none

    def test_a_calculation_with_infinite_amounts_is_refused_by_name(self):
        for text in ("Infinity", "-Infinity", "NaN", "sNaN", "1E+400", "inf"):
            with self.subTest(text=text):
                table = {"columns": ["order", "amount"], "rows": [["P1", text]], "total": "1102.50"}
                row = self.entry_row(self.source, calculation=table)
                answer = self.submit("ai.close.entry", self.run_1, row)[0]
                self.assertEqual((answer["status"], answer["code"]), ("refused", "RUN010"), answer)

    def test_the_agent_makes_no_entry_of_people(self):
        for proposer in ("MAN", "REV"):
            row = self.entry_row(self.source, proposer=proposer, key=f"{proposer}:{self.company.id}:1")
            answer = self.submit("ai.close.entry", self.run_1, row)[0]
            self.assertEqual((answer["status"], answer["code"]), ("refused", "RUN010"), answer)
