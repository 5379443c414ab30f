"""Attempts of several steps with wizards, evidence, talk, locks, reminders; and the drawing of all."""

from collections.abc import Iterator

from tests.controls.attempts import Attempt, Made, Step
from tests.controls.people import ACTORS
from tests.controls.scenarios import ENTRY, MOVE, REASON, TASK, WORKERS
from tests.controls.scenarios_books import BANK, BOOKKEEPERS, DAYS, MOVE_LINE, BookScenarios
from tests.controls.targets import Target


class AllScenarios(BookScenarios):
    """Draws attempts of several steps of every kind."""

    # -- wizards

    def wizard_reason(self) -> Attempt:
        """Let the wizard that asks for a reason call anything on anything."""
        model = self.rng.choice([name for name, found in self.targets.by_model.items() if found])
        target = self.targets.pick(model, self.rng)
        methods = list(self.registry[model]["methods"])
        vals = {
            "method": self.some("unlink", "action_approve", "action_reject", *methods),
            "res_model": model,
            "res_ids": [target.id],
            "reason": REASON,
        }
        login = self.some(*ACTORS)
        context = {
            "active_model": model,
            "active_id": target.id,
            "active_ids": [target.id],
            "ai_close_method": vals["method"],
        }
        return Attempt(
            "",
            [
                Step(login, "ai.close.reason", "create", [vals], {"context": context}),
                Step(login, "ai.close.reason", "action_confirm", [[Made(0)]], {"context": context}),
            ],
            target.label,
        )

    def wizard_ours(self) -> Attempt:
        """Walk one of our other wizards with values of one's own."""
        name = self.rng.choice(["ai.close.assign", "ai.close.match.manual", "ai.close.setup"])
        login = self.some(*ACTORS)
        vals = {}
        if name == "ai.close.match.manual":
            line = self.targets.pick(BANK, self.rng)
            vals = {
                "statement_line_id": line.id,
                "label": REASON,
                "item_ids": [[6, 0, [self.aimed(MOVE_LINE, "posted").id]]],
            }
            if self.rng.random() < 0.5:
                vals["account_id"] = self.targets.any_id("account.account", self.rng)
        elif self.rng.random() < 0.7:
            vals = self.vals(name, None)
        names = [
            each for each, facts in self.registry[name]["methods"].items() if "ai_close" in facts["first"]
        ]
        steps = [Step(login, name, "create", [vals], self.ctx())]
        steps += [Step(login, name, each, [[Made(0)]], self.ctx()) for each in names]
        return Attempt("", steps)

    def wizard_odoo(self) -> Attempt:
        """Walk one of Odoo's wizards over entries that are locked or approved."""
        login, move = self.some(*BOOKKEEPERS), self.aimed(MOVE, "posted", "draft", "posted/entry/t")
        line = self.aimed(MOVE_LINE, "posted")
        account = self.aimed_account()
        wizards = [
            (
                "account.move.reversal",
                "reverse_moves",
                {"date": self.some(*DAYS), "journal_id": self._journal()},
                MOVE,
                [move.id],
            ),
            (
                "account.move.reversal",
                "modify_moves",
                {"date": self.some(*DAYS), "journal_id": self._journal()},
                MOVE,
                [move.id],
            ),
            (
                "account.resequence.wizard",
                "resequence",
                {"first_name": "MISC/2026/10/0900", "ordering": "keep"},
                MOVE,
                [move.id],
            ),
            (
                "account.merge.wizard",
                "action_merge",
                {},
                "account.account",
                [account, self.targets.any_id("account.account", self.rng)],
            ),
            (
                "account.automatic.entry.wizard",
                "do_action",
                {"action": "change_period", "date": self.some(*DAYS), "percentage": 50.0},
                MOVE_LINE,
                [line.id],
            ),
            (
                "account.secure.entries.wizard",
                "action_secure_entries",
                {"hash_date": "2026-10-31"},
                MOVE,
                [move.id],
            ),
            (
                "account.payment.register",
                "action_create_payments",
                {"payment_date": self.some(*DAYS)},
                MOVE,
                [move.id],
            ),
            (
                "account.accrued.orders.wizard",
                "create_entries",
                {"date": self.some(*DAYS)},
                "purchase.order",
                [1],
            ),
            (
                "base.partner.merge.automatic.wizard",
                "action_merge",
                {"partner_ids": [[6, 0, [30, 31]]], "dst_partner_id": 30},
                "res.partner",
                [30, 31],
            ),
            ("account.autopost.bills.wizard", "action_automate_partner", {"partner_id": 30}, MOVE, [move.id]),
        ]
        name, method, vals, model, ids = self.rng.choice(wizards)
        context = {
            "active_model": model,
            "active_ids": ids,
            "active_id": ids[0],
            **self.ctx().get("context", {}),
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
            Step(login, "ir.attachment", "write", [[file], {"datas": "Zm9yZ2Vk"}], self.ctx()),
            Step(login, "ir.attachment", "write", [[file], {"url": "/forged", "type": "url"}], self.ctx()),
            Step(login, "/mail/attachment/delete", "", [], {"attachment_id": file}),
            Step(login, "ir.attachment", "write", [[file], self.vals("ir.attachment", None)]),
            Step(login, "ir.attachment", "unlink", [[file]], self.ctx()),
            Step(login, "ir.attachment", "write", [[file], {"res_model": MOVE, "res_id": 1}]),
            Step(
                login, TASK, "write", [[task], {"evidence_ids": [[self.some(3, 4, 2), file, 0]]}], self.ctx()
            ),
            Step(login, TASK, "write", [[task], {"evidence_note": "forged"}], self.ctx()),
            Step(login, TASK, "action_sign", [[task]]),
            Step(login, TASK, "action_prepare", [[task], REASON]),
            Step(login, TASK, "action_send_back", [[task], REASON]),
            Step(login, "ir.attachment", "copy", [[file], {"datas": "Zm9yZ2Vk"}]),
        ]
        return Attempt("", self.rng.sample(ways, self.rng.randint(2, 3)), kind)

    def _file(self, file: int) -> Target:
        return Target("ir.attachment", file, "")

    def talk(self) -> Attempt:
        """Speak in another's name, and change or delete what was said."""
        login = self.some(*ACTORS)
        model = self.some(ENTRY, TASK, "ai.close", "ai.close.lock", "ai.close.finding", MOVE)
        target, said = self.targets.pick(model, self.rng), self.aimed_message(login)
        other = self.targets.any_id("res.partner", self.rng)
        ways = [
            Step(login, model, "message_post", [[target.id]], {"body": "I agree", "author_id": other}),
            Step(
                login,
                model,
                "message_post",
                [[target.id]],
                {"body": "I agree", "email_from": "carla@northwind.example"},
            ),
            Step(
                login,
                "mail.message",
                "create",
                [{"model": model, "res_id": target.id, "author_id": other, "body": "x"}],
            ),
            Step(login, "mail.message", "write", [[said], {"body": "forged"}], self.ctx()),
            Step(login, "mail.message", "write", [[said], {"author_id": other}], self.ctx()),
            Step(login, "mail.message", "copy", [[said], {"body": "forged"}], self.ctx()),
            Step(
                login,
                "/mail/message/update_content",
                "",
                [],
                {"message_id": said, "update_data": {"body": "forged", "attachment_ids": []}},
            ),
            Step(
                login,
                "/mail/message/post",
                "",
                [],
                {
                    "thread_model": model,
                    "thread_id": target.id,
                    "post_data": {"body": "I agree", "author_id": other, "message_type": "comment"},
                },
            ),
            Step(
                login,
                "mail.compose.message",
                "create",
                [{"model": model, "res_ids": str([target.id]), "author_id": other, "body": "I agree"}],
            ),
            Step(login, "mail.message", "unlink", [[said]], self.ctx()),
            Step(login, model, "message_change_thread", [[target.id], self.targets.pick(model, self.rng).id]),
            Step(login, model, "message_subscribe", [[target.id], [other]]),
            Step(
                login,
                model,
                "message_notify",
                [[target.id]],
                {"body": "I agree", "author_id": other, "partner_ids": [other]},
            ),
            Step(
                login,
                model,
                "message_mail_with_source",
                [[target.id], "mail.message_origin_link"],
                {"author_id": other},
            ),
        ]
        steps = self.rng.sample(ways, 2)
        if steps[0].model == "mail.compose.message":
            steps.append(Step(login, "mail.compose.message", "action_send_mail", [[Made(0)]]))
        return Attempt("", steps, target.label)

    def aimed_message(self, login: str) -> int:
        """Return a message on a document of the close or of the books, often one of one's own."""
        mine = self.targets.world.database.rows(
            "SELECT m.id FROM pristine.mail_message m JOIN pristine.res_users u ON u.partner_id = m.author_id"
            " WHERE u.id = %s AND m.model LIKE %s ORDER BY m.id",
            self.targets.world.person(login).uid,
            "ai.close%",
        )
        if mine and self.rng.random() < 0.6:
            return self.rng.choice(mine)[0]
        found = [each for each in self.targets.by_model["mail.message"] if "/" in each.label]
        return self.rng.choice(found).id

    def lock_request(self) -> Attempt:
        """Ask for, change and approve a lock as the same or the wrong person; write the dates past it."""
        lock = self.targets.pick("ai.close.lock", self.rng)
        login, company = self.some(*WORKERS), self.facts["companies"]["own"]
        field = self.some("fiscalyear_lock_date", "tax_lock_date", "sale_lock_date", "hard_lock_date")
        day = self.some("2026-07-31", "2026-10-31", False)
        ways = [
            Step(login, "ai.close.lock", "write", [[lock.id], self.vals("ai.close.lock", lock, 1)]),
            Step("carla", "ai.close.lock", "action_approve", [[lock.id]], self.ctx()),
            Step(login, "ai.close.lock", "copy", [[lock.id], {}]),
            Step(login, "res.company", "write", [[company], {field: day}], self.ctx(0.6)),
            Step(
                login,
                "account.lock_exception",
                "create",
                [{"company_id": company, "lock_date_field": field, "lock_date": day, "user_id": False}],
                self.ctx(),
            ),
            Step(login, "res.config.settings", "create", [{field: day}], self.ctx()),
            Step(login, "ai.close", "write", [[self.facts["close"]], {"state": "locked"}], self.ctx()),
        ]
        return Attempt("", self.rng.sample(ways, 2), f"{field} {day}")

    def activity(self) -> Attempt:
        """Mark somebody else's reminder as done, then take the step as if it were an approval."""
        target, login = self.targets.pick("mail.activity", self.rng), self.some(*ACTORS)
        entry = self.entry("reviewed")
        return Attempt(
            "",
            [
                Step(
                    login,
                    "mail.activity",
                    self.some("action_feedback", "action_done", "unlink", "action_archive"),
                    [[target.id]],
                    self.ctx(),
                ),
                Step(login, ENTRY, "action_approve", [[entry]], self.ctx()),
            ],
            target.label,
        )

    def force_unlink(self) -> Attempt:
        """Delete any record as if its module were being uninstalled, or as Odoo deletes by force."""
        model = self.rng.choice([name for name, found in self.targets.by_model.items() if found])
        target, login = self.targets.pick(model, self.rng), self.some(*ACTORS)
        contexts = (
            {"_force_unlink": True},
            {"force_delete": True},
            {"_force_unlink": True, "dynamic_unlink": True},
        )
        steps = [
            Step(login, model, "unlink", [[target.id]], {"context": context})
            for context in self.rng.sample(contexts, 2)
        ]
        return Attempt("", steps, f"{model} {target.label}")

    # -- all of them

    def all_kinds(self) -> list:
        """Return the generators of attempts, those that matter more several times."""
        return [
            self.edit_between_signatures,
            self.edit_between_signatures,
            self.same_person_twice,
            self.walk_of_an_entry,
            self.walk_of_an_entry,
            self.walk_of_anything,
            self.walk_of_anything,
            self.archive_between,
            self.copy_and_change,
            self.create_and_step,
            self.import_rows,
            self.draft_edit_post,
            self.draft_edit_post,
            self.reopen_and_edit,
            self.lines_of_a_move,
            self.lines_of_a_move,
            self.unreconcile,
            self.reconcile,
            self.wizard_reason,
            self.wizard_odoo,
            self.wizard_ours,
            self.evidence,
            self.evidence,
            self.talk,
            self.onchange_and_save,
            self.context_again,
            self.context_again,
            self.context_again,
            self.name_create,
            self.bank_line,
            self.lock_request,
            self.activity,
            self.force_unlink,
            self.force_unlink,
        ]

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
