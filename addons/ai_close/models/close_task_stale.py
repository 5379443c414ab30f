"""Sign-offs that go stale: what they were given for is no longer what stands in the books."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..kernel.sod import SERVER
from .close_dirty import BY_CHECK

SIGNED = ("prepared", "signed")
# The most telling change first: what happened to a bank line, or a posting, explains the items that came.
WEIGHT = (
    "bank_open",
    "bank_done",
    "bank_removed",
    "bank_added",
    "posted",
    "unposted",
    "removed",
    "unsettled",
    "settled",
)


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    seen = fields.Json(
        "Seen at the sign-off", readonly=True, copy=False, help="The state of the database that was signed."
    )
    struck_signatures = fields.Json("Signatures struck", readonly=True, copy=False)

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"seen", "struck_signatures"}

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        self.env["ai.close.dirty"]._open_rows()
        return tasks

    # -- by hand of another part of the close

    @api.model
    @api.private
    def _mark_stale(self, closes, why, codes=None):
        """Make the sign-offs of ``closes`` (records or ids) stale because of ``why``, a sentence.

        To be called in the transaction of the change.  What only the server's check prepared is judged again
        instead.  Returns the tasks whose signatures it struck.

        :param codes: only the tasks of these codes; None means all
        """
        ids = closes.ids if isinstance(closes, models.BaseModel) else list(closes)
        domain = [("close_id", "in", ids), ("state", "in", SIGNED)]
        if codes is not None:
            domain.append(("code", "in", list(codes)))
        return self.sudo().search(domain)._strike(why)

    @api.private
    def _strike(self, why, cause=None):
        """Strike the signatures of these tasks; return those that had one.

        :param cause: ``{model, id, label}`` of the record that changed
        """
        signed = self.filtered(lambda task: task.state == "signed" or task.prepared_by_id)
        for task in signed:
            struck = task._struck(why, cause)
            task._transition("stale", role=SERVER, reason=why, vals={"stale_reason": why, **struck})
        for task in (self - signed).filtered(lambda task: task.state == "prepared"):
            task._judge_check()
        signed.close_id._no_longer_ready()
        return signed

    @api.private
    def _struck(self, why, cause=None):
        """Return the values that keep the present signatures, struck, with the cause."""
        self.ensure_one()
        steps = [
            {"step": step, "by": by.name or None, "by_id": by.id or None, "at": fields.Datetime.to_string(at)}
            for step, by, at in (
                ("prepared", self.prepared_by_id, self.prepared_at),
                ("signed", self.signed_by_id, self.signed_at),
            )
            if at
        ]
        if not steps:
            return {}
        struck = {
            "steps": steps,
            "why": why,
            "cause": cause,
            "struck_at": fields.Datetime.to_string(self._now()),
            "struck_by": self.env.user.name,
        }
        return {"struck_signatures": [*(self.struck_signatures or []), struck]}

    # -- by the data

    @api.private
    def _judge_changes(self, rows, user=None):
        """Judge these tasks on the ``rows`` of changes that concern them, made by ``user``."""
        by_task = {}
        for row in rows:
            by_task.setdefault(row["task"], []).append(row)
        for task in self.filtered(lambda task: task.id in by_task and task.state in SIGNED):
            task._judge_change(by_task[task.id], user)

    def _judge_change(self, rows, user):
        if self.state == "prepared" and not self.prepared_by_id:
            self._judge_check()
            return
        certain = [row for row in rows if row["kind"] not in BY_CHECK]
        check = ""
        if self.self_check:
            state, message = self._run_check()
            check = message if state != "pass" else ""
        by_hand = self.signed_check_state != "pass" if self.state == "signed" else bool(self.prepared_by_id)
        if not certain and not check and not by_hand:
            return
        telling = min(
            certain or rows,
            key=lambda row: WEIGHT.index(row["what"]) if row["what"] in WEIGHT else len(WEIGHT),
        )
        why, cause = self._cause(telling, user)
        self._strike(f"{why} {check}".strip(), cause)

    @api.private
    def _cause(self, row, user=None):
        """Return ``(sentence, cause)``: which record changed how, by whom and when."""
        record = self.env[row["model"]].sudo().browse(row["res_id"]).exists()
        label = record.display_name if record else self.env._("a record that is gone (%s)", row["res_id"])
        if row["records"] > 1:
            label = self.env._("%(label)s and %(count)s others", label=label, count=row["records"] - 1)
        if user is None:
            user = record.write_uid if record else self.env["res.users"]
        tz = self.company_id.ai_close_tz or "UTC"
        sentence = self.env._(
            "%(what)s (%(who)s, %(when)s %(tz)s).",
            what=self._change_labels().get(row["what"], self.env._("Changed: %s")) % label,
            who=user.name or self.env._("not known"),
            when=format_datetime(self.env, self._now(), tz=tz, dt_format="short"),
            tz=tz,
        )
        return sentence, {"model": row["model"], "id": row["res_id"], "label": label, "what": row["what"]}

    def _change_labels(self):
        return {
            "posted": self.env._("Posted after the sign-off: %s"),
            "unposted": self.env._("Taken back to draft or cancelled: %s"),
            "added": self.env._("Items added: %s"),
            "removed": self.env._("Items removed: %s"),
            "settled": self.env._("Settled: %s"),
            "unsettled": self.env._("Settlement taken back: %s"),
            "bank_added": self.env._("New bank line: %s"),
            "bank_removed": self.env._("Bank line removed: %s"),
            "bank_done": self.env._("Bank line reconciled: %s"),
            "bank_open": self.env._("Bank line opened again: %s"),
            "drafted": self.env._("New draft: %s"),
            "found": self.env._("New finding: %s"),
            "found_again": self.env._("Finding open again: %s"),
            "proposed": self.env._("New staged entry: %s"),
            "reversed": self.env._("Staged entry reversed: %s"),
        }

    @api.private
    def _judge_unseen(self):
        """Strike sign-offs beside which something was committed that neither side saw, and tell them."""
        tasks = self.filtered(lambda task: task.state == "signed" or (task.state == "prepared" and task.seen))
        if tasks:
            tasks._judge_changes(self.env["ai.close.dirty"]._unseen(tasks))


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _no_longer_ready(self):
        """A task went stale: a close that was ready no longer is, whoever looks next."""
        for close in self.sudo().filtered(lambda close: close.state == "ready"):
            close._transition("working", role=SERVER)
            close._guarded().write({"readiness_pct": min(close.readiness_pct, 99)})
