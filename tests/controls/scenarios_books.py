"""Attempts of several steps around the books, the bank, evidence and talk; and the drawing of all of them."""

from collections.abc import Iterator

from tests.controls.attempts import Attempt, Made, Step
from tests.controls.people import ACTORS
from tests.controls.scenarios import ENTRY, MOVE, REASON, TASK, WORKERS, Scenarios

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
                Step(login, MOVE, "write", [[target.id], {"date": day}], self.maybe_context()),
                target.id,
            )
        else:
            first, ref = Step(login, MOVE, "create", [self.two_lines(day)], self.maybe_context()), Made(0)
        state = {"state": "posted"}
        posts = [
            Step(login, MOVE, "action_post", [[ref]], self.maybe_context()),
            Step(login, MOVE, "write", [[ref], state], self.maybe_context()),
            Step(login, MOVE, "web_save", [[ref], {**state, "posted_before": True}, {}], self.maybe_context()),
            Step(login, "validate.account.move", "create", [{"force_post": True}],
                 {"context": {"active_ids": [ref], "active_model": MOVE}}),
            Step(login, MOVE, "write", [[ref], {"auto_post": "at_date", "date": day}], self.maybe_context()),
            Step(login, MOVE, "load", [[".id", "state"], [[ref, "posted"]]], self.maybe_context()),
        ]  # fmt: skip
        steps = [first, self.rng.choice(posts)]
        if steps[-1].model != MOVE:
            steps.append(Step(login, "validate.account.move", "validate_move", [[Made(1)]]))
        steps.append(
            Step(login, MOVE, "write", [[ref], self.draw.values.vals(MOVE, None, 1)], self.maybe_context())
        )
        return Attempt("", steps, day)

    def two_lines(self, day: str) -> dict:
        """Return the values of a balanced entry."""
        account = [self.targets.any_id("account.account", self.rng) for _each in range(2)]
        lines = [{"account_id": account[0], "balance": 5.0}, {"account_id": account[1], "balance": -5.0}]
        vals = {"move_type": "entry", "date": day, "line_ids": [[0, 0, each] for each in lines]}
        return {**vals, **({"state": "posted"} if self.rng.random() < 0.2 else {})}

    def reopen_and_edit(self) -> Attempt:
        """Take a posted entry back, change it and post it again."""
        target, login = self.aimed(MOVE, "posted", "posted/entry/t"), self.some(*BOOKKEEPERS)
        vals = self.draw.values.vals(MOVE, target)
        return Attempt("", [
            Step(login, MOVE, self.some(*UNPOST), [[target.id]], self.maybe_context()),
            Step(login, MOVE, "write", [[target.id], vals], self.maybe_context()),
            Step(login, MOVE, "action_post", [[target.id]], self.maybe_context()),
        ], target.label)  # fmt: skip

    def lines_of_a_move(self) -> Attempt:
        """Change the lines of a posted entry past the entry, or through it."""
        login, line = self.some(*BOOKKEEPERS), self.aimed(MOVE_LINE, "posted")
        move = self.targets.row(line).get("move_id")
        account = self.targets.any_id("account.account", self.rng)
        pair = [{"move_id": move, "account_id": account, "balance": 7.0},
                {"move_id": move, "account_id": account, "balance": -7.0}]  # fmt: skip
        name = self.draw.values.writable(MOVE_LINE)
        vals = {name: self.draw.values.field(MOVE_LINE, name, line)}
        ways = [
            Step(login, MOVE_LINE, "create", [pair], self.maybe_context(0.5)),
            Step(login, MOVE, "write", [[move], {"line_ids": [[0, 0, each] for each in pair]}], self.maybe_context(0.7)),
            Step(login, MOVE, "write", [[move], {"line_ids": [[1, line.id, vals]]}], self.maybe_context(0.7)),
            Step(login, MOVE_LINE, "write", [[line.id], vals], self.maybe_context(0.5)),
            Step(login, MOVE_LINE, "copy", [[line.id], vals], self.maybe_context()),
            Step(login, MOVE_LINE, "unlink", [[line.id]], self.maybe_context(0.5)),
            Step(login, MOVE_LINE, "write", [[line.id], {"date": self.some(*DAYS)}], self.maybe_context(0.5)),
            Step(login, MOVE_LINE, "write", [[line.id], {"parent_state": "draft"}], self.maybe_context(0.5)),
            Step(login, MOVE_LINE, "write", [[line.id], {"move_id": self.aimed(MOVE).id}], self.maybe_context(0.5)),
            Step(login, MOVE, "write", [[move], {"invoice_line_ids": [[1, line.id, vals]]}], self.maybe_context(0.5)),
        ]  # fmt: skip
        return Attempt("", self.rng.sample(ways, 2), line.label)

    def unreconcile(self) -> Attempt:
        """Take a reconciliation apart by one of the ways, then settle it otherwise."""
        login, partial = self.some(*BOOKKEEPERS), self.targets.pick(PARTIAL, self.rng)
        row = self.targets.row(partial)
        pair = [row["debit_move_id"], row["credit_move_id"]]
        ways = [
            Step(login, MOVE_LINE, "remove_move_reconcile", [pair], self.maybe_context()),
            Step(login, PARTIAL, "unlink", [[partial.id]], self.maybe_context()),
            Step(login, MOVE, "js_remove_outstanding_partial", [[self.aimed(MOVE).id], partial.id]),
            Step(login, PARTIAL, "write", [[partial.id], self.draw.values.vals(PARTIAL, partial)], self.maybe_context()),
            Step(login, "account.unreconcile", "create", [{}], {"context": {"active_ids": pair}}),
            Step(login, "account.full.reconcile", "unlink", [[row["full_reconcile_id"] or 1]], self.maybe_context()),
            Step(login, MOVE_LINE, "write", [pair, {"reconciled": False, "amount_residual": 1.0}]),
            Step(login, MOVE_LINE, "write", [pair, {"matched_debit_ids": [[5, 0, 0]], "matched_credit_ids": [[5, 0, 0]]}]),
        ]  # fmt: skip
        steps = [self.rng.choice(ways)]
        if steps[0].model == "account.unreconcile":
            steps.append(Step(login, "account.unreconcile", "trans_unrec", [[Made(0)]], steps[0].kwargs))
        steps.append(Step(login, MOVE_LINE, "reconcile", [pair], self.maybe_context()))
        return Attempt("", steps, partial.label)

    def reconcile(self) -> Attempt:
        """Settle lines with each other that stand in any period, or forge a reconciliation."""
        login = self.some(*BOOKKEEPERS)
        rows = self.targets.world.database.rows(
            "SELECT l.id FROM pristine.account_move_line l JOIN pristine.account_account a ON a.id = l.account_id"
            " WHERE a.reconcile AND l.parent_state = 'posted' AND l.company_id = 1 ORDER BY l.id"
        )
        pair = self.rng.sample([each for (each,) in rows], 2)
        vals = {"debit_move_id": pair[0], "credit_move_id": pair[1], "amount": 1.0, "debit_amount_currency": 1.0,
                "credit_amount_currency": 1.0, "max_date": self.some(*DAYS)}  # fmt: skip
        forge = Step(login, PARTIAL, "create", [vals], self.maybe_context())
        settle = Step(login, MOVE_LINE, "reconcile", [pair], self.maybe_context())
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
            Step(login, BANK, "action_undo_reconciliation", [[row["id"]]], self.maybe_context()),
            Step(login, BANK, "unlink", [[row["id"]]], self.maybe_context()),
            Step(
                login,
                BANK,
                "write",
                [[row["id"]], self.draw.values.vals(BANK, line)],
                self.maybe_context(0.5),
            ),
            Step(
                login,
                BANK,
                "write",
                [[row["id"]], {"amount": 1.0, "date": self.some(*DAYS)}],
                self.maybe_context(),
            ),
            Step(login, MOVE, "button_draft", [[row["move_id"]]], self.maybe_context()),
            Step(login, MOVE, "unlink", [[row["move_id"]]], {"context": {"force_delete": True}}),
        ]
        return Attempt("", self.rng.sample(calls, 2), line.label)

    # -- wizards

    def wizard_reason(self) -> Attempt:
        """Let the wizard that asks for a reason call anything on anything."""
        model = self.rng.choice([name for name, found in self.targets.by_model.items() if found])
        target = self.targets.pick(model, self.rng)
        methods = list(self.registry[model]["methods"])
        vals = {"method": self.some("unlink", "action_approve", "action_reject", *methods), "res_model": model,
                "res_ids": [target.id], "reason": REASON}  # fmt: skip
        login = self.some(*ACTORS)
        context = {"active_model": model, "active_id": target.id, "active_ids": [target.id],
                   "ai_close_method": vals["method"]}  # fmt: skip
        return Attempt("", [
            Step(login, "ai.close.reason", "create", [vals], {"context": context}),
            Step(login, "ai.close.reason", "action_confirm", [[Made(0)]], {"context": context}),
        ], target.label)  # fmt: skip

    def wizard_ours(self) -> Attempt:
        """Walk one of our other wizards with values of one's own."""
        name = self.rng.choice(["ai.close.assign", "ai.close.match.manual", "ai.close.setup"])
        login = self.some(*ACTORS)
        vals = {}
        if name == "ai.close.match.manual":
            line = self.targets.pick(BANK, self.rng)
            vals = {"statement_line_id": line.id, "label": REASON,
                    "item_ids": [[6, 0, [self.aimed(MOVE_LINE, "posted").id]]]}  # fmt: skip
            if self.rng.random() < 0.5:
                vals["account_id"] = self.targets.any_id("account.account", self.rng)
        elif self.rng.random() < 0.7:
            vals = self.draw.values.vals(name, None)
        names = [
            each for each, facts in self.registry[name]["methods"].items() if "ai_close" in facts["first"]
        ]
        steps = [Step(login, name, "create", [vals], self.maybe_context())]
        steps += [Step(login, name, each, [[Made(0)]], self.maybe_context()) for each in names]
        return Attempt("", steps)

    def wizard_odoo(self) -> Attempt:
        """Walk one of Odoo's wizards over entries that are locked or approved."""
        login, move = self.some(*BOOKKEEPERS), self.aimed(MOVE, "posted", "draft", "posted/entry/t")
        line = self.aimed(MOVE_LINE, "posted")
        account = self.aimed_account()
        wizards = [
            ("account.move.reversal", "reverse_moves", {"date": self.some(*DAYS), "journal_id": self._journal()},
             MOVE, [move.id]),
            ("account.move.reversal", "modify_moves", {"date": self.some(*DAYS), "journal_id": self._journal()},
             MOVE, [move.id]),
            ("account.resequence.wizard", "resequence", {"first_name": "MISC/2026/10/0900", "ordering": "keep"},
             MOVE, [move.id]),
            ("account.merge.wizard", "action_merge", {}, "account.account",
             [account, self.targets.any_id("account.account", self.rng)]),
            ("account.automatic.entry.wizard", "do_action", {"action": "change_period", "date": self.some(*DAYS),
             "percentage": 50.0}, MOVE_LINE, [line.id]),
            ("account.secure.entries.wizard", "action_secure_entries", {"hash_date": "2026-10-31"}, MOVE, [move.id]),
            ("account.payment.register", "action_create_payments", {"payment_date": self.some(*DAYS)}, MOVE, [move.id]),
            ("account.accrued.orders.wizard", "create_entries", {"date": self.some(*DAYS)}, "purchase.order", [1]),
            ("base.partner.merge.automatic.wizard", "action_merge", {"partner_ids": [[6, 0, [30, 31]]],
             "dst_partner_id": 30}, "res.partner", [30, 31]),
            ("account.autopost.bills.wizard", "action_automate_partner", {"partner_id": 30}, MOVE, [move.id]),
        ]  # fmt: skip
        name, method, vals, model, ids = self.rng.choice(wizards)
        context = {
            "active_model": model,
            "active_ids": ids,
            "active_id": ids[0],
            **self.maybe_context().get("context", {}),
        }
        steps = [
            Step(login, name, "create", [vals], {"context": context}),
            Step(login, name, method, [[Made(0)]], {"context": context}),
        ]
        if method in ("reverse_moves", "modify_moves"):
            steps.append(Step(login, MOVE, "action_post", [[Made(1)]]))
        return Attempt("", steps, f"{name} {move.label}")

    def aimed_account(self) -> int:
        """Return an account of the own company with posted lines."""
        return self.targets.row(self.aimed(MOVE_LINE, "posted"))["account_id"] or 1

    def _journal(self) -> int:
        return self.targets.row(self.aimed("account.journal", "general"))["id"]

    # -- evidence, talk, locks, activities

    def evidence(self) -> Attempt:
        """Change what a task rests on, around its signature."""
        kind = self.some("signed", "prepared")
        file = self.rng.choice(self.facts["evidence"][kind] or self.facts["evidence"]["signed"])
        task = self.targets.row(self._file(file)).get("res_id") or 1
        login = self.some(*WORKERS, "ivy", "nora", "agent")
        ways = [
            Step(login, "ir.attachment", "write", [[file], {"raw": "forged"}], self.maybe_context()),
            Step(login, "ir.attachment", "write", [[file], self.draw.values.vals("ir.attachment", None)]),
            Step(login, "ir.attachment", "unlink", [[file]], self.maybe_context()),
            Step(login, "ir.attachment", "write", [[file], {"res_model": MOVE, "res_id": 1}]),
            Step(login, TASK, "write", [[task], {"evidence_ids": [[self.some(3, 4, 2), file, 0]]}], self.maybe_context()),
            Step(login, TASK, "write", [[task], {"evidence_note": "forged"}], self.maybe_context()),
            Step(login, TASK, "action_sign", [[task]]),
            Step(login, TASK, "action_prepare", [[task], REASON]),
            Step(login, TASK, "action_send_back", [[task], REASON]),
            Step(login, "ir.attachment", "copy", [[file], {"raw": "forged"}]),
        ]  # fmt: skip
        return Attempt("", self.rng.sample(ways, self.rng.randint(2, 3)), kind)

    def _file(self, file: int):
        from tests.controls.targets import Target

        return Target("ir.attachment", file, "")

    def talk(self) -> Attempt:
        """Speak in another's name, and change or delete what was said."""
        login = self.some(*ACTORS)
        model = self.some(ENTRY, TASK, "ai.close", "ai.close.lock", "ai.close.finding", MOVE)
        target, said = self.targets.pick(model, self.rng), self.aimed_message()
        other = self.targets.any_id("res.partner", self.rng)
        ways = [
            Step(login, model, "message_post", [[target.id]], {"body": "I agree", "author_id": other}),
            Step(login, model, "message_post", [[target.id]], {"body": "I agree", "email_from": "carla@northwind.example"}),
            Step(login, "mail.message", "create", [{"model": model, "res_id": target.id, "author_id": other, "body": "x"}]),
            Step(login, "mail.message", "write", [[said], {"body": "forged"}], self.maybe_context()),
            Step(login, "mail.message", "write", [[said], {"author_id": other}], self.maybe_context()),
            Step(login, "mail.message", "unlink", [[said]], self.maybe_context()),
            Step(login, model, "message_change_thread", [[target.id], self.targets.pick(model, self.rng).id]),
            Step(login, model, "message_subscribe", [[target.id], [other]]),
            Step(login, model, "message_notify", [[target.id]], {"body": "I agree", "author_id": other,
                 "partner_ids": [other]}),
            Step(login, model, "message_mail_with_source", [[target.id], "mail.message_origin_link"],
                 {"author_id": other}),
        ]  # fmt: skip
        return Attempt("", self.rng.sample(ways, 2), target.label)

    def aimed_message(self) -> int:
        """Return a message on a document of the close or of the books."""
        found = [each for each in self.targets.by_model["mail.message"] if "/" in each.label]
        return self.rng.choice(found).id

    def lock_request(self) -> Attempt:
        """Ask for, change and approve a lock as the same or the wrong person; write the dates past it."""
        lock = self.targets.pick("ai.close.lock", self.rng)
        login, company = self.some(*WORKERS), self.facts["companies"]["own"]
        field = self.some("fiscalyear_lock_date", "tax_lock_date", "sale_lock_date", "hard_lock_date")
        day = self.some("2026-07-31", "2026-10-31", False)
        ways = [
            Step(login, "ai.close.lock", "write", [[lock.id], self.draw.values.vals("ai.close.lock", lock, 1)]),
            Step("carla", "ai.close.lock", "action_approve", [[lock.id]], self.maybe_context()),
            Step(login, "ai.close.lock", "copy", [[lock.id], {}]),
            Step(login, "res.company", "write", [[company], {field: day}], self.maybe_context(0.6)),
            Step(login, "account.lock_exception", "create", [{"company_id": company, "lock_date_field": field,
                 "lock_date": day, "user_id": False}], self.maybe_context()),
            Step(login, "res.config.settings", "create", [{field: day}], self.maybe_context()),
            Step(login, "ai.close", "write", [[self.facts["close"]], {"state": "locked"}], self.maybe_context()),
        ]  # fmt: skip
        return Attempt("", self.rng.sample(ways, 2), f"{field} {day}")

    def activity(self) -> Attempt:
        """Mark somebody else's reminder as done, then take the step as if it were an approval."""
        target, login = self.targets.pick("mail.activity", self.rng), self.some(*ACTORS)
        entry = self.entry("reviewed")
        return Attempt("", [
            Step(login, "mail.activity", self.some("action_feedback", "action_done", "unlink", "action_archive"),
                 [[target.id]], self.maybe_context()),
            Step(login, ENTRY, "action_approve", [[entry]], self.maybe_context()),
        ], target.label)  # fmt: skip

    # -- all of them

    def all_kinds(self) -> list:
        """Return the generators of attempts, those that matter more several times."""
        return [
            self.edit_between_signatures, self.edit_between_signatures, self.same_person_twice, self.walk_of_an_entry,
            self.walk_of_an_entry, self.walk_of_anything, self.walk_of_anything, self.archive_between,
            self.copy_and_change, self.create_and_step, self.import_rows, self.draft_edit_post, self.draft_edit_post,
            self.reopen_and_edit, self.lines_of_a_move, self.lines_of_a_move, self.unreconcile, self.reconcile,
            self.wizard_reason, self.wizard_odoo, self.wizard_ours, self.evidence, self.evidence, self.talk,
            self.onchange_and_save, self.context_again, self.context_again, self.context_again, self.name_create,
            self.bank_line, self.lock_request, self.activity,
        ]  # fmt: skip

    def forever(self) -> Iterator[Attempt]:
        """Yield attempts without end; every generator comes round in turn, in a new order each time."""
        while True:
            kinds = self.all_kinds()
            self.rng.shuffle(kinds)
            for kind in kinds:
                attempt = kind()
                if attempt and len(attempt.steps) > 1:
                    attempt.kind = kind.__name__
                    yield attempt
