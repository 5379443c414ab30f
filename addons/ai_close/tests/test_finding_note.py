"""The note on the entry: one a finding, written again as it moves on, none where it would be wrong."""

from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestFindingNote(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()
        self.move = self.entry(50.0)
        self.move.action_post()

    def _row(self, rule="EXF008", anchor=None, facet="x", **changes):
        anchor = anchor or self.move
        link = {"model": anchor._name, "id": anchor.id}
        other = {"model": "account.journal", "id": self.journal("bank").id, "label": "<Bank>"}
        return self.finding(
            key=f"{rule}:{self.company.id}:{anchor._name},{anchor.id}:{facet}",
            rule=rule,
            anchor=link,
            records=[link | {"label": "it"}, other],
            **changes,
        )

    def _notes(self, move=None):
        self.env.invalidate_all()
        domain = [("model", "=", "account.move"), ("res_id", "=", (move or self.move).id)]
        notes = self.env["mail.message"].sudo().search([*domain, ("body", "like", "ai.close.finding")])
        return notes.sorted("id")

    def test_one_note_that_follows_its_finding(self):
        row = self._row(title="A <b>round</b> amount", severity="medium")
        self.submit(self.held, row)
        note = self._notes()
        self.assertEqual(len(note), 1)
        for part in ("EXF008", "A &lt;b&gt;round&lt;/b&gt; amount", "&lt;Bank&gt;", "Post it or", "Open"):
            self.assertIn(part, note.body)
        self.assertTrue(note.is_internal and note.author_id == self.agent.partner_id)
        self.submit(self.held, row, self._row(facet="y", title="Another"))
        self.submit(self.held, {**row, "title": "A rounder amount"})
        again, other = self._notes()
        self.assertEqual(again, note, "written again, not repeated")
        self.assertIn("A rounder amount", again.body)
        self.assertIn("Another", other.body)
        finding = self.env["ai.close.finding"].search([("key", "=", row["key"])])
        self.rpc(self.preparer, finding._name, "action_explain", finding.ids, "agreed in the contract")
        self.assertIn("Explained", self._notes()[0].body)
        self.finish(self.held, ["EXF008"])

    def test_an_item_of_an_entry_is_the_entrys(self):
        self.submit(self.held, self._row(anchor=self.move.line_ids[0]))
        self.assertEqual(len(self._notes()), 1)

    def test_no_note_about_conduct_nor_on_others_entries_nor_while_observing(self):
        other = self._make_company("Other")
        foreign = self.entry(5.0, company=other)
        self.submit(
            self.held,
            self._row("EXF010"),
            self._row(anchor=foreign),
            self._row(anchor=self.journal("bank")),
        )
        self.assertFalse(self._notes() | self._notes(foreign))
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": {**policy.params, "phase": "observe"}})
        self.submit(self.held, self._row(facet="y"))
        self.assertFalse(self._notes())

    def test_a_restricted_audit_log_lets_the_note_be_written_again(self):
        self.company.restrictive_audit_trail = True
        self.submit(self.held, self._row())
        self.submit(self.held, self._row(title="Changed"))
        self.assertIn("Changed", self._notes().body)
