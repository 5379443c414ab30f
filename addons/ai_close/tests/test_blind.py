"""A blind second look: drawn once by a seed, answered by somebody else who does not see what was accepted."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..kernel import blind
from .test_figure import FigureCase


@tagged("post_install", "-at_install")
class TestBlind(FigureCase):
    def accepted(self, *amounts):
        matches = self.env["ai.close.match"]
        for amount in amounts:
            match = self.proposed(amount)
            self.be(match, self.anna).action_accept()
            matches |= match
        self.env.flush_all()
        return matches

    def draw(self, user=None):
        action = self.be(self.close, user or self.ben).action_blind_sample()
        return self.env["ai.close.blind"].sudo().search(action["domain"])

    def test_ten_are_drawn_once_by_a_seed_that_is_kept(self):
        matches = self.accepted(*range(100, 112))
        self.proposed(500)
        drawn = self.draw()
        self.assertEqual(len(drawn), blind.SIZE)
        (seed,) = set(drawn.mapped("seed"))
        self.assertEqual(set(drawn.match_id.ids), set(blind.drawn(seed, matches.ids, blind.SIZE)))
        self.assertEqual(self.draw(), drawn, "pressed again there is nothing new")
        told = self.env["ai.close.audit"].sudo().search([("action", "=", "blind.draw")])
        self.assertEqual(len(told), 1)
        self.assertIn(seed, str(told.after))

    def test_what_was_accepted_later_fills_the_sample_up(self):
        first = self.accepted(100)
        self.assertEqual(self.draw().match_id, first)
        self.accepted(110)
        drawn = self.draw()
        self.assertEqual((len(drawn), len(set(drawn.mapped("seed")))), (2, 1))

    def test_the_answers_stand_beside_others_and_nobody_reads_which_was_taken(self):
        match = self.accepted(100, 101, 102, 103, 400)[0]
        one = self.draw().filtered(lambda each: each.match_id == match)
        self.assertEqual([each["key"] for each in one.answers], list("ABCD"))
        names = [item["name"] for each in one.answers for item in each["items"]]
        self.assertIn(match.item_ids.move_line_id.move_id.name, names)
        self.assertEqual(len(set(names)), 4)
        self.assertEqual((one.answer_count, len(one.answer_rows)), (4, 4))
        self.assertFalse(one.told)
        mine = self.be(one, self.ben)
        for name, value in (("match_id", match.id), ("right_key", "A")):
            with self.assertRaises(AccessError):
                mine.read([name])
            with self.assertRaises(AccessError):
                mine.search([(name, "=", value)])
            with self.assertRaises(AccessError):
                mine.formatted_read_group([], [name])

    def test_somebody_else_answers_and_the_figure_counts(self):
        self.accepted(100, 200, 300)
        one, other, last = self.draw()
        self.assertEqual(self.take()["precision_blind"], "not measured: no blind sample was taken")
        self.assert_refused("SOD003", self.be(one, self.anna).action_answer, "A")
        self.assert_refused("ENT006", self.be(one, self.ben).action_answer, "Z")
        self.assert_refused("ENT006", self.be(one, self.ben).action_answer)
        self.be(one, self.ben).action_answer(one.right_key)
        self.assertEqual((one.state, one.agrees, one.answered_by_id), ("answered", True, self.ben))
        self.assertIn(one.match_id.item_ids.move_line_id.move_id.name, one.told)
        self.assert_refused("ENT001", self.be(one, self.carla).action_answer, "A")
        self.be(other, self.carla).with_context(ai_close_answer=blind.NONE).action_answer()
        self.assertEqual((other.choice, other.agrees), ("N", False))
        self.assertEqual(self.take()["precision_blind"], "50.0 %")
        last.match_id._guarded().write({"accepted_by_id": self.ben.id})
        self.assert_refused("SOD001", self.be(last, self.ben).action_answer, "A")
        self.assert_refused("AUD002", self.be(last, self.ben).write, {"agrees": True})
        self.assert_refused("AUD003", last.with_user(self.ben).sudo().unlink)

    def test_an_answer_after_the_lock_is_told_beside_what_was_kept(self):
        self.accepted(100)
        one = self.draw()
        self.lock_close()
        self.be(one, self.ben).action_answer(one.right_key)
        self.assertEqual(self.take()["precision_blind"], "100.0 %")

    def test_who_prepares_draws_none(self):
        self.accepted(100)
        self.assert_refused("SOD003", self.be(self.close, self.anna).action_blind_sample)
        self.assert_refused("SOD003", self.be(self.close, self.audrey).action_blind_sample)
