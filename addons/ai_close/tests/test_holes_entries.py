"""H1 to H9 on entries and items: each bypass works in plain Odoo, and is refused where AI Close guards."""

from odoo import Command
from odoo.tests import tagged

from .hole_case import HoleCase
from .locks import except_by_hand

ROUGH = {"skip_readonly_check": True, "skip_invoice_sync": True, "check_move_validity": False}


@tagged("post_install", "-at_install")
class TestHolesEntries(HoleCase):
    def test_h1_posted_by_writing_the_state(self):
        move = self.entry(post=False)
        for records in (self.as_clerk(move), move.sudo()):
            for vals in ({"state": "posted"}, {"state": "posted", "posted_before": True}):
                self.assert_hole(
                    "ENT011", lambda r=records, v=vals: r.write(v), lambda: move.state == "posted"
                )
        for forged in (True, "object", {"a": 1}):
            self.assert_refused(
                "ENT011", self.as_clerk(move, ai_close_posting=forged).write, {"state": "posted"}
            )
        self.assert_refused("ENT012", self.as_clerk(self.entry()).write, {"posted_before": False})
        self.as_clerk(move).action_post()
        self.assertEqual((move.state, move.ai_close_posted_by), ("posted", self.clerk))

    def test_h1_what_post_returns_may_not_post(self):
        posted = self.entry(post=False)._post()
        other = self.entry(post=False)
        self.assert_refused("ENT011", other.with_env(posted.env).write, {"state": "posted"})

    def test_h2_created_as_posted_by_a_default(self):
        vals = {"date": "2026-10-12", "journal_id": self.general.id, "ref": "H2", "line_ids": self.pair()}
        moves = self.as_clerk(self.env["account.move"], default_state="posted")
        self.assert_hole(
            "ENT011",
            lambda: moves.create(dict(vals)),
            lambda: self.env["account.move"].search_count([("ref", "=", "H2"), ("state", "=", "posted")]),
        )

    def _add(self, move):
        lines = self.env["account.move.line"]
        return lambda: self.as_clerk(lines).create(
            [{**command[2], "move_id": move.id, "name": "H3"} for command in self.pair()]
        )

    def test_h3_lines_added_below_a_lock(self):
        for field in ("fiscalyear_lock_date", "hard_lock_date"):
            with self.subTest(field=field), self.env.cr.savepoint() as savepoint:
                move = self.entry()
                self.lock("2026-10-31", field)
                self.assert_hole("LCK010", self._add(move), lambda m=move: len(m.line_ids) == 4)
                savepoint.rollback()
        self.env.invalidate_all()
        move = self.entry()
        self._add(move)()
        self.assertEqual(len(move.line_ids), 4, "in an open month nothing is in the way")

    def test_h3_a_context_key_leaves_no_entry_unbalanced(self):
        """Odoo looks at the balance unless the context says otherwise; in the end it has to balance."""
        posted, draft = self.entry(), self.entry(post=False)
        draft.line_ids[0].with_context(check_move_validity=False).balance = 12.0
        lines = self.env["account.move.line"]
        extra = {"move_id": posted.id, "account_id": self.expense.id, "balance": 7.0, "name": "H3"}
        bypasses = {
            "create": lambda: self.as_clerk(lines, check_move_validity=False).create(dict(extra)),
            "copy": lambda: self.as_clerk(posted.line_ids[0], check_move_validity=False).copy(),
            "write": lambda: self.as_clerk(posted.line_ids[0], **ROUGH).write({"balance": 11.0}),
            "unlink": lambda: self.as_clerk(
                posted.line_ids[0], check_move_validity=False, force_delete=True, dynamic_unlink=True
            ).unlink(),
            "post": lambda: self.as_clerk(draft, check_move_validity=False).action_post(),
        }

        def committed(bypass):
            bypass()
            self.env.cr.flush()

        def unbalanced():
            moves = (posted | draft).filtered(lambda move: move.state == "posted")
            return any(sum(move.line_ids.mapped("balance")) for move in moves)

        for name, bypass in bypasses.items():
            with self.subTest(name):
                self.assert_hole("ENT003", lambda way=bypass: committed(way), unbalanced)
        # what comes to balance before the commit is as good as any
        rough = self.as_clerk(posted.line_ids, check_move_validity=False)
        rough[0].balance, rough[1].balance = 20.0, -20.0
        self.env.cr.flush()
        self.assertEqual(posted.line_ids.mapped("balance"), [20.0, -20.0])

    def test_h3_lines_added_to_a_hashed_entry(self):
        move = self.entry()
        move.button_hash()
        self.assertTrue(move.inalterable_hash)
        self.assert_hole("LCK010", self._add(move), lambda: len(move.line_ids) == 4)
        self.assert_hole(
            "LCK010",
            lambda: self.as_clerk(move.line_ids[0], **ROUGH).write({"amount_currency": 11.0}),
            lambda: move.line_ids[0].amount_currency == 11.0,
        )

    def test_h3_lines_of_a_hashed_entry_deleted(self):
        move = self.entry()
        move.button_hash()
        lines = self.as_clerk(move.line_ids, _force_unlink=True, force_delete=True)
        self.assert_hole("LCK010", lines.unlink, lambda: not move.line_ids)

    def test_h3_lines_added_to_an_approved_entry(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assert_refused("ENT005", self._add(entry.move_id))

    def test_h3_a_hash_is_not_written(self):
        move = self.entry()
        self.assert_hole(
            "ENT012",
            lambda: self.as_clerk(move).write({"inalterable_hash": "$4$x"}),
            lambda: bool(move.inalterable_hash),
        )

    def test_h4_lines_written_through_the_entry(self):
        move = self.entry()
        self.lock("2026-10-31")
        commands = self.pair(7.0)
        self.assert_hole(
            "LCK010",
            lambda: self.as_clerk(move, **ROUGH).write({"line_ids": commands}),
            lambda: len(move.line_ids) == 4,
        )

    def test_h5_date_and_state_of_a_line(self):
        move = self.entry()
        line = move.line_ids[0]
        for lock in (False, True):
            if lock:
                self.lock("2026-10-31", "hard_lock_date")
            for vals in ({"date": "2026-11-15"}, {"parent_state": "draft"}):
                (name,) = vals
                self.assert_hole(
                    "ENT012",
                    lambda v=vals: self.as_clerk(line, **ROUGH).write(v),
                    lambda n=name, v=vals: str(line[n]) == v[n],
                )
        # what the entry says is no change
        self.as_clerk(line).write({"date": "2026-10-12", "parent_state": "posted", "move_id": move.id})

    def test_h5_a_line_moved_to_another_entry(self):
        first, second = self.entry(), self.entry("2026-11-12")
        draft = self.entry("2026-11-12", post=False)
        for line, target in (
            (first.line_ids[0], second),
            (first.line_ids[0], draft),
            (draft.line_ids[0], second),
        ):
            self.assert_hole(
                "LCK011",
                lambda ln=line, t=target: self.as_clerk(ln, **ROUGH).write({"move_id": t.id}),
                lambda ln=line, t=target: ln.move_id == t,
            )
        self.assert_refused(
            "LCK011", self.as_clerk(second, **ROUGH).write, {"line_ids": [Command.link(first.line_ids[0].id)]}
        )

    def test_h6_computed_fields_of_an_item(self):
        item = self.invoice(100.0)
        draft = self.entry(post=False).line_ids[0]
        for line in (item, draft):
            for vals in ({"amount_residual": 1.0}, {"amount_residual_currency": 1.0}, {"reconciled": True}):
                (name,) = vals
                self.assert_hole(
                    "ENT012",
                    lambda ln=line, v=vals: self.as_clerk(ln).write(v),
                    lambda ln=line, n=name, v=vals: ln[n] == v[n] != ln.balance,
                )
        (item | self.invoice(40.0, move_type="out_refund")).reconcile()
        self.assert_refused("ENT012", self.as_clerk(item).write, {"matching_number": False})

    def test_h6_computed_fields_of_an_entry(self):
        move = self.invoice(100.0).move_id
        for vals in (
            {"payment_state": "paid"},
            {"amount_residual": 1.0},
            {"amount_total_signed": 1.0},
            {"amount_untaxed": 1.0},
        ):
            (name,) = vals
            self.assert_hole(
                "ENT012",
                lambda v=vals: self.as_clerk(move).write(v),
                lambda n=name, v=vals: move[n] == v[n],
            )
        # Odoo's own way to keep an invoice from being paid
        self.as_clerk(move).action_toggle_block_payment()
        self.assertEqual(move.payment_state, "blocked")
        self.as_clerk(move).action_toggle_block_payment()
        self.assertEqual(move.payment_state, "not_paid")

    def test_h6_settlements_made_by_hand(self):
        item, other = self.invoice(100.0), self.invoice(100.0, move_type="out_refund")
        partials = self.as_clerk(self.env["account.partial.reconcile"])
        vals = {
            "debit_move_id": item.id,
            "credit_move_id": other.id,
            "amount": 60.0,
            "debit_amount_currency": 60.0,
            "credit_amount_currency": 60.0,
        }
        self.assert_hole("ENT012", lambda: partials.create(dict(vals)), lambda: item.amount_residual == 40.0)
        self.as_clerk(item | other).reconcile()
        partial = item.matched_credit_ids
        self.assertTrue(item.reconciled)
        self.assert_hole(
            "ENT012",
            lambda: self.as_clerk(partial).write({"amount": 1.0, "debit_amount_currency": 1.0}),
            lambda: partial.amount == 1.0,
        )
        self.assert_hole(
            "ENT012",
            lambda: self.as_clerk(item.full_reconcile_id).unlink(),
            lambda: item.exists() and not item.full_reconcile_id,
        )
        third = self.invoice(100.0)
        (third | self.invoice(40.0, move_type="out_refund")).reconcile()
        numbers = {
            "reconciled_line_ids": [Command.link(third.id)],
            "partial_reconcile_ids": [Command.link(third.matched_credit_ids.id)],
        }
        fulls = self.as_clerk(self.env["account.full.reconcile"])
        self.assert_hole(
            "ENT012",
            lambda: fulls.create({name: list(links) for name, links in numbers.items()}),
            lambda: bool(third.full_reconcile_id),
        )

    def test_h7_unreconciled_below_a_lock(self):
        item, refund = self.invoice(100.0), self.invoice(100.0, move_type="out_refund")
        (item | refund).reconcile()
        self.lock("2026-10-31")
        for bypass in (
            lambda: self.as_clerk(item).remove_move_reconcile(),
            lambda: self.as_clerk(item.matched_credit_ids).unlink(),
            lambda: self.as_clerk(item.move_id).js_remove_outstanding_partial(item.matched_credit_ids.id),
            lambda: self.as_clerk(
                self.env["account.move.line"], active_ids=item.ids
            ).action_unreconcile_match_entries(),
        ):
            sentence = self.assert_hole("LCK010", bypass, lambda: not item.reconciled)
        self.assertIn("settled on", sentence)

    def test_h8_company_of_a_posted_entry(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.env.cr.precommit.run()
        move = self.entry(company_id=branch.id)
        self.assertEqual((move.company_id, move.state), (branch, "posted"))
        self.assert_hole(
            "LCK011",
            lambda: move.sudo().write({"company_id": self.company.id}),
            lambda: move.company_id == self.company,
        )

    def test_h8_company_of_a_journal(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        journal = self.env["account.journal"].create(
            {"name": "Branch journal", "code": "BRJ", "type": "general", "company_id": branch.id}
        )
        self.entry(company_id=branch.id, journal_id=journal.id)
        self.assert_hole(
            "LCK011",
            lambda: journal.sudo().write({"company_id": self.company.id}),
            lambda: journal.company_id == self.company,
        )

    def test_h9_what_a_locked_entry_says(self):
        move = self.entry(ref="before")
        self.lock("2026-10-31")
        for vals in (
            {"ref": "H9"},
            {"narration": "<p>H9</p>"},
            {"payment_reference": "H9"},
            {"invoice_origin": "H9"},
        ):
            (name,) = vals
            self.assert_hole(
                "LCK010",
                lambda v=vals: self.as_clerk(move, **ROUGH).write(v),
                lambda n=name: "H9" in (move[n] or ""),
            )
        self.assert_refused("LCK010", self.as_clerk(move, **ROUGH).write, {"partner_id": self.partner_a.id})
        self.assert_refused("LCK010", self.as_clerk(move).write, {"name": "OTHER/1"})
        self.assert_refused("LCK010", self.as_clerk(move).button_draft)
        self.as_clerk(move).write({"ref": "before"})

    def test_h9_what_a_locked_bank_line_says(self):
        line = self.bank_line(70.0, "before")
        self.clerk.group_ids = [Command.link(self.env.ref("account.group_account_basic").id)]
        self.lock("2026-10-31")
        alone = self.as_clerk(line, skip_account_move_synchronization=True)
        for vals in ({"amount": 71.0}, {"payment_ref": "H9"}, {"partner_name": "H9"}):
            (name,) = vals
            self.assert_hole("LCK010", lambda v=vals: alone.write(v), lambda n=name, v=vals: line[n] == v[n])
        other = self.bank_line(5.0, date="2026-11-05")
        self.assert_refused("LCK011", self.as_clerk(other).write, {"move_id": line.move_id.id})
        self.as_clerk(other).write({"payment_ref": "changed", "amount": 6.0})
        self.assertEqual((other.move_id.amount_total, other.move_id.state), (6.0, "posted"))

    def test_h9_what_a_locked_item_says(self):
        analytic = self.env["account.analytic.account"].create(
            {"name": "A", "plan_id": self.env["account.analytic.plan"].create({"name": "P"}).id}
        )
        move = self.entry()
        line = move.line_ids[0]
        self.lock("2026-10-31")
        for vals in (
            {"name": "H9"},
            {"analytic_distribution": {str(analytic.id): 100}},
            {"quantity": 3.0},
        ):
            (name,) = vals
            self.assert_hole(
                "LCK010",
                lambda v=vals: self.as_clerk(line).write(v),
                lambda n=name, v=vals: line[n] == v[n],
            )
        self.assert_refused("LCK010", self.as_clerk(line).write, {"partner_id": self.partner_a.id})
        # exceptions to a lock are respected, whoever gave them
        except_by_hand(
            self.company,
            user_id=self.clerk.id,
            lock_date_field="fiscalyear_lock_date",
            lock_date="2026-09-30",
            end_datetime="2030-01-01",
        )
        self.as_clerk(line).write({"name": "by exception"})
        self.assertEqual(line.name, "by exception")
