"""Editing a staged entry: logged old against new, and the signatures struck."""

from contextlib import contextmanager

from odoo import fields, models

from ..kernel import canonical
from ..kernel.sod import CONTROLLER, PREPARER
from .close_entry import UNSIGNED
from .close_state_mixin import passes
from .refusal import refuse

EDITABLE = frozenset({"date", "reversal_date", "journal_id", "ref", "narration", "line_ids"})


class Edit:
    """A running edit of some entries; compared by type, which no caller of the RPC can send."""

    def __init__(self, entry_ids):
        self.entry_ids = frozenset(entry_ids)


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    edit_reason = fields.Char(
        "Why it is changed",
        store=False,
        help="Kept with the change, beside old and new, and shown to those who sign.",
    )

    def write(self, vals):
        reason = vals.get("edit_reason")
        vals = {name: value for name, value in vals.items() if name != "edit_reason"}
        if passes(self.env) or not EDITABLE & vals.keys():
            return super().write(vals)
        with self._as_edit(reason) as edit:
            # The lines arrive inside this edit; they need no second one.
            return super(AiCloseEntry, self.with_context(ai_close_edit=edit)).write(vals)

    @contextmanager
    def _as_edit(self, reason=None):
        """Check that the caller may edit, run the edit, log old against new, strike the signatures."""
        reason = (reason.strip() if isinstance(reason, str) else "") or None
        entries = self.browse(self.ids)
        entries._need_role(PREPARER, CONTROLLER, action="entry.edit")
        entries._lock_rows()
        for entry in entries:
            if entry.state not in ("proposed", "prepared", "reviewed"):
                raise refuse(
                    entry,
                    "ENT001",
                    self.env._(
                        "%(name)s is %(state)s and can't be edited.",
                        name=entry.name,
                        state=entry._state_label(),
                    ),
                    action="entry.edit",
                )
        before = {entry: entry.sudo()._payload() for entry in entries}
        yield Edit(entries.ids)
        self.env.flush_all()
        for entry in entries:
            for line in entry.sudo().line_ids:
                if (line.currency_id or entry.currency_id) == entry.currency_id:
                    line.with_env(entry._guarded().env).amount_currency = line.balance
            after = entry.sudo()._payload()
            if after == before[entry]:
                continue
            entry._log_change("edit", before[entry], after, reason)
            entry._guarded().write({"editor_ids": [(4, self.env.uid)]})
            entry._sum_up()
            self.env["ai.close.audit"]._append(
                "entry.edit", entry, before=before[entry], after=after, reason=reason
            )
            if entry.state != "proposed":
                entry._transition("proposed", reason=self.env._("Edited"), vals=UNSIGNED)

    def _log_change(self, what, before, after, reason=None):
        log = list(self.sudo().change_log or [])
        log.append(
            {
                "at": canonical.timestamp(self._now()),
                "user": self.env.user.name,
                "what": what,
                "reason": reason,
                "before": canonical.plain(before),
                "after": canonical.plain(after),
            }
        )
        self._guarded().write({"change_log": log})
