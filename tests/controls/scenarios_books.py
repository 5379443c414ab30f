"""Attempts of several steps around the books, the bank, evidence and talk; and the drawing of all of them."""

from tests.controls.attempts import Attempt, Made, Step
from tests.controls.scenarios import MOVE, Scenarios

MOVE_LINE, PARTIAL, BANK = "account.move.line", "account.partial.reconcile", "account.bank.statement.line"
BOOKKEEPERS = ("anna", "carla", "ivy", "paul", "ben", "audrey", "agent")
# Steps of an entry, and what a client could call between them.
UNPOST = ("button_draft", "button_cancel", "button_request_cancel", "unlink", "action_force_register_payment")
DAYS = ("2026-08-10", "2026-09-12", "2026-10-12", "2026-11-03")


class BookScenarios(Scenarios):
    """Draws attempts of several steps around journal entries and what hangs on them."""

    def aimed(self, model: str, *parts: str):
        """Return a record of the own company whose label has one of these parts."""
        part = self.rng.choice(parts) if parts else ""
        found = [
            each
            for each in self.targets.by_model[model]
            if each.label.startswith("1/") and part in each.label
        ]
        return self.rng.choice(found or self.targets.by_model[model])

    def draft_edit_post(self) -> Attempt:
        """Make or take a draft, change it, post it by one of the ways, and look what it became."""
        login, day = self.some(*BOOKKEEPERS), self.some(*DAYS)
        if self.rng.random() < 0.5:
            target = self.aimed(MOVE, "draft")
            first, ref = (
                Step(login, MOVE, "write", [[target.id], {"date": day}], self.ctx()),
                target.id,
            )
        else:
            first, ref = Step(login, MOVE, "create", [self.two_lines(day)], self.ctx()), Made(0)
        state = {"state": "posted"}
        posts = [
            Step(login, MOVE, "action_post", [[ref]], self.ctx()),
            Step(login, MOVE, "write", [[ref], state], self.ctx()),
            Step(login, MOVE, "copy", [[ref], {**state, "date": day}], self.ctx()),
            Step(login, MOVE, "web_save", [[ref], {**state, "posted_before": True}, {}], self.ctx()),
            Step(
                login,
                "validate.account.move",
                "create",
                [{"force_post": True}],
                {"context": {"active_ids": [ref], "active_model": MOVE}},
            ),
            Step(login, MOVE, "write", [[ref], {"auto_post": "at_date", "date": day}], self.ctx()),
            Step(login, MOVE, "load", [[".id", "state"], [[ref, "posted"]]], self.ctx()),
        ]
        steps = [first, self.rng.choice(posts)]
        if steps[-1].model != MOVE:
            steps.append(Step(login, "validate.account.move", "validate_move", [[Made(1)]]))
        steps.append(Step(login, MOVE, "write", [[ref], self.vals(MOVE, None, 1)], self.ctx()))
        return Attempt("", steps, day)

    def two_lines(self, day: str) -> dict:
        """Return the values of a balanced entry."""
        account = [self.targets.any_id("account.account", self.rng) for _each in range(2)]
        amount = self.rng.choice([5.0, 4999.99, 5000.0, 8000.0])
        lines = [
            {"account_id": account[0], "balance": amount},
            {"account_id": account[1], "balance": -amount},
        ]
        vals = {"move_type": "entry", "date": day, "line_ids": [[0, 0, each] for each in lines]}
        return {**vals, **({"state": "posted"} if self.rng.random() < 0.2 else {})}

    def reopen_and_edit(self) -> Attempt:
        """Take a posted entry back, change it and post it again."""
        target, login = self.aimed(MOVE, "posted", "posted/entry/t"), self.some(*BOOKKEEPERS)
        vals = self.vals(MOVE, target)
        return Attempt(
            "",
            [
                Step(login, MOVE, self.some(*UNPOST), [[target.id]], self.ctx()),
                Step(login, MOVE, "write", [[target.id], vals], self.ctx()),
                Step(login, MOVE, "action_post", [[target.id]], self.ctx()),
            ],
            target.label,
        )

    def lines_of_a_move(self) -> Attempt:
        """Change the lines of a posted entry past the entry, or through it."""
        login, line = self.some(*BOOKKEEPERS), self.aimed(MOVE_LINE, "posted")
        move = self.targets.row(line).get("move_id")
        account = self.targets.any_id("account.account", self.rng)
        pair = [
            {"move_id": move, "account_id": account, "balance": 7.0},
            {"move_id": move, "account_id": account, "balance": -7.0},
        ]
        name = self.draw.values.writable(MOVE_LINE)
        vals = {name: self.draw.values.field(MOVE_LINE, name, line)}
        ways = [
            Step(login, MOVE_LINE, "create", [pair], self.ctx(0.5)),
            Step(
                login, MOVE, "write", [[move], {"line_ids": [[0, 0, each] for each in pair]}], self.ctx(0.7)
            ),
            Step(login, MOVE, "write", [[move], {"line_ids": [[1, line.id, vals]]}], self.ctx(0.7)),
            Step(login, MOVE_LINE, "write", [[line.id], vals], self.ctx(0.5)),
            Step(login, MOVE_LINE, "copy", [[line.id], vals], self.ctx()),
            Step(login, MOVE_LINE, "unlink", [[line.id]], self.ctx(0.5)),
            Step(login, MOVE_LINE, "write", [[line.id], {"date": self.some(*DAYS)}], self.ctx(0.5)),
            Step(login, MOVE_LINE, "write", [[line.id], {"parent_state": "draft"}], self.ctx(0.5)),
            Step(login, MOVE_LINE, "write", [[line.id], {"move_id": self.aimed(MOVE).id}], self.ctx(0.5)),
            Step(login, MOVE, "write", [[move], {"invoice_line_ids": [[1, line.id, vals]]}], self.ctx(0.5)),
        ]
        return Attempt("", self.rng.sample(ways, 2), line.label)

    def unreconcile(self) -> Attempt:
        """Take a reconciliation apart by one of the ways, then settle it otherwise."""
        login, partial = self.some(*BOOKKEEPERS), self.targets.pick(PARTIAL, self.rng)
        row = self.targets.row(partial)
        pair = [row["debit_move_id"], row["credit_move_id"]]
        ways = [
            Step(login, MOVE_LINE, "remove_move_reconcile", [pair], self.ctx()),
            Step(login, PARTIAL, "unlink", [[partial.id]], self.ctx()),
            Step(login, MOVE, "js_remove_outstanding_partial", [[self.aimed(MOVE).id], partial.id]),
            Step(login, PARTIAL, "write", [[partial.id], self.vals(PARTIAL, partial)], self.ctx()),
            Step(login, "account.unreconcile", "create", [{}], {"context": {"active_ids": pair}}),
            Step(login, "account.full.reconcile", "unlink", [[row["full_reconcile_id"] or 1]], self.ctx()),
            Step(login, MOVE_LINE, "write", [pair, {"reconciled": False, "amount_residual": 1.0}]),
            Step(
                login,
                MOVE_LINE,
                "write",
                [pair, {"matched_debit_ids": [[5, 0, 0]], "matched_credit_ids": [[5, 0, 0]]}],
            ),
        ]
        steps = [self.rng.choice(ways)]
        if steps[0].model == "account.unreconcile":
            steps.append(Step(login, "account.unreconcile", "trans_unrec", [[Made(0)]], steps[0].kwargs))
        steps.append(Step(login, MOVE_LINE, "reconcile", [pair], self.ctx()))
        return Attempt("", steps, partial.label)

    def reconcile(self) -> Attempt:
        """Settle lines with each other that stand in any period, or forge a reconciliation."""
        login = self.some(*BOOKKEEPERS)
        rows = self.targets.world.database.rows(
            "SELECT l.id FROM pristine.account_move_line l"
            " JOIN pristine.account_account a ON a.id = l.account_id"
            " WHERE a.reconcile AND l.parent_state = 'posted' AND l.company_id = 1 ORDER BY l.id"
        )
        pair = self.rng.sample([each for (each,) in rows], 2)
        vals = {
            "debit_move_id": pair[0],
            "credit_move_id": pair[1],
            "amount": 1.0,
            "debit_amount_currency": 1.0,
            "credit_amount_currency": 1.0,
            "max_date": self.some(*DAYS),
        }
        forge = Step(login, PARTIAL, "create", [vals], self.ctx())
        settle = Step(login, MOVE_LINE, "reconcile", [pair], self.ctx())
        undo = Step(login, MOVE_LINE, "remove_move_reconcile", [pair])
        return Attempt("", self.rng.choice([[forge, undo], [settle, undo], [undo, settle], [forge, settle]]))

    def bank_line(self) -> Attempt:
        """Change, undo, move or delete bank lines, also those that a match settled."""
        login, line = self.some(*BOOKKEEPERS), self.targets.pick(BANK, self.rng)
        row = self.targets.row(line)
        accepted = self.targets.like("ai.close.match", "accepted", self.rng)
        if accepted and self.rng.random() < 0.5:
            row = {"id": self.targets.row(accepted)["statement_line_id"], "move_id": row["move_id"]}
        calls = [
            Step(login, BANK, "action_undo_reconciliation", [[row["id"]]], self.ctx()),
            Step(login, BANK, "unlink", [[row["id"]]], self.ctx()),
            Step(
                login,
                BANK,
                "write",
                [[row["id"]], self.vals(BANK, line)],
                self.ctx(0.5),
            ),
            Step(
                login,
                BANK,
                "write",
                [[row["id"]], {"amount": 1.0, "date": self.some(*DAYS)}],
                self.ctx(),
            ),
            Step(login, MOVE, "button_draft", [[row["move_id"]]], self.ctx()),
            Step(login, MOVE, "unlink", [[row["move_id"]]], {"context": {"force_delete": True}}),
        ]
        return Attempt("", self.rng.sample(calls, 2), line.label)
