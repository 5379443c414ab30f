"""Which steps of a close nobody who is there may approve: said before the first working day, by name."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..kernel import duties
from ..kernel.presence import Lent, Person, Step, uncovered
from ..kernel.sod import CONTROLLER, PEOPLE, REVIEWER
from .close_readiness import ENTRY_UNDECIDED, TASK_DONE

MOST_DAYS = 40
LABELS_SHOWN = 3


class AiClose(models.Model):
    _inherit = "ai.close"

    uncovered_note = fields.Text("Nobody there may approve", compute="_compute_uncovered_note")

    @api.depends("state", "date_due", "task_ids.state", "entry_ids.state")
    def _compute_uncovered_note(self):
        for close in self:
            rows = close._uncovered() if close.id and close.state != "locked" else []
            close.uncovered_note = "\n".join(f"{row['step']}: {row['why']}" for row in rows) or False

    @api.model
    @api.readonly
    def cockpit(self, close_id=None):
        """Return what the cockpit shows, with the steps that nobody who is there may approve."""
        answer = super().cockpit(close_id)
        shown = self.browse(answer["close"]["id"]) if answer["close"] else self
        answer["uncovered"] = shown._uncovered() if shown and shown.state != "locked" else []
        return answer

    @api.private
    def _uncovered(self):
        """Return ``[{"step", "why"}]``: what nobody may approve between first working day and due."""
        self.ensure_one()
        close = self.sudo()
        people = close._people_there()
        return [
            {"step": step.label, "why": close._why_uncovered(why)}
            for step, why in uncovered(people, close._steps_to_approve(), close._days_left())
        ]

    def _why_uncovered(self, why):
        parts = []
        if why["away"]:
            parts.append(self.env._("%s away, without a delegate", ", ".join(why["away"])))
        if why["took_part"]:
            parts.append(self.env._("%s took part in it", ", ".join(why["took_part"])))
        return "; ".join(parts) or self.env._("nobody has the role")

    def _days_left(self):
        """Return the days on which the steps are to be taken: first working day (or today) to due date."""
        today = fields.Date.context_today(self.with_context(tz=self.company_id.ai_close_tz or "UTC"))
        first = max(today, self._workday(1))
        last = max(self.date_due or first, first)
        count = min((last - first).days + 1, MOST_DAYS)
        return [first + timedelta(days=number) for number in range(count)]

    # -- people

    def _people_there(self):
        """Return who has a part in the close of this company: roles, days away and roles lent, as facts."""
        users = self.company_id._ai_close_people()
        days = self._days_left()
        away = defaultdict(list)
        for absence in self.env["ai.close.absence"].search(
            [("user_id", "in", users.ids), ("date_to", ">=", days[0]), ("date_from", "<=", days[-1])]
        ):
            away[absence.user_id.id].append((absence.date_from, absence.date_to))
        lent = defaultdict(list)
        delegations = self.env["ai.close.delegation"].search(
            [
                ("company_id", "in", self.company_id.parent_ids.ids),
                ("state", "=", "accepted"),
                ("date_to", ">=", days[0]),
                ("date_from", "<=", days[-1]),
            ]
        )
        for each in delegations:
            away[each.from_id.id].append((each.date_from, each.date_to))
            if each.from_id.active:
                lent[each.to_id.id].append(
                    Lent(each.from_id.id, frozenset(each._lent_roles()), each.date_from, each.date_to)
                )
        return [
            Person(
                user.id,
                user.name,
                frozenset(user._ai_close_roles() & PEOPLE),
                tuple(away[user.id]),
                tuple(lent[user.id]),
            )
            for user in users
        ]

    # -- steps

    def _steps_to_approve(self):
        """Return the approvals that are still to come: signatures, reviews, approvals, and the lock."""
        found = defaultdict(list)
        for task in self.task_ids.filtered(lambda each: each.state not in TASK_DONE):
            roles = {CONTROLLER} if task.reviewer_role == CONTROLLER else {REVIEWER, CONTROLLER}
            makers = task.prepared_by_id | task.evidence_by_id
            found[self._left(roles, "task.sign"), frozenset(makers.ids), self.env._("Sign")].append(task.name)
        for entry in self.entry_ids.filtered(lambda each: each.state in ENTRY_UNDECIDED):
            for action, label, roles, makers in self._entry_steps(entry):
                found[self._left(roles, action), frozenset(makers), label].append(entry.name)
        steps = [
            Step(f"{label}: {self._names(names)}", roles, makers)
            for (roles, makers, label), names in found.items()
        ]
        decided = self.entry_ids.filtered(lambda each: each.state in ("posted", "reversed", *ENTRY_UNDECIDED))
        makers = decided.prepared_by_id | decided.editor_ids
        makers |= self.lock_ids.filtered(lambda lock: lock.state == "requested").requested_by_id
        lock = Step(
            self.env._("Approve the lock"), self._left({CONTROLLER}, "lock.approve"), frozenset(makers.ids)
        )
        return [*steps, lock]

    def _entry_steps(self, entry):
        makers = set((entry.prepared_by_id | entry.editor_ids).ids)
        if entry.state in ("proposed", "prepared"):
            yield "entry.review", self.env._("Review"), {REVIEWER, CONTROLLER}, makers
        elif entry.state == "reviewed":
            limit = entry._policy()._money("limits", "entry_controller") if entry._policy() else None
            small = limit is not None and entry.amount_total <= float(limit)
            roles = {REVIEWER, CONTROLLER} if small else {CONTROLLER}
            checkers = {user.id for user in entry._checkers().values()}
            yield "entry.approve", self.env._("Approve"), roles, makers | checkers

    def _left(self, roles, action):
        return frozenset(duties.narrowed(roles, self._duties(), action, None))

    def _names(self, names):
        more = len(names) - LABELS_SHOWN
        return ", ".join(names[:LABELS_SHOWN]) + (f" (+{more})" if more > 0 else "")
