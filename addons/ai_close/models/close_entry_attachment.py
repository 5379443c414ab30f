"""Documents of a staged entry: a signature covers them, so another set of them strikes it."""

from contextlib import contextmanager

from odoo import api, models

from ..kernel.sod import PEOPLE, SERVER
from .close_entry import UNSIGNED

ENTRY = "ai.close.entry"
# What decides about the content of a document, and about whose it is.
CONTENT = frozenset({"raw", "datas", "db_datas", "url", "type", "res_model", "res_id", "res_field"})


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        context = self.env.context
        if ENTRY not in {vals.get("res_model", context.get("default_res_model")) for vals in vals_list}:
            return super().create(vals_list)
        ids = [vals.get("res_id") or context.get("default_res_id") for vals in vals_list]
        with self._ai_close_watched(self.env[ENTRY].sudo().browse(filter(None, ids)).exists()):
            return super().create(vals_list)

    def write(self, vals):
        entries = self._ai_close_entries()
        if vals.get("res_model") == ENTRY and vals.get("res_id"):
            entries |= entries.browse(vals["res_id"]).exists()
        if not entries or not CONTENT & vals.keys():
            return super().write(vals)
        with self._ai_close_watched(entries):
            return super().write(vals)

    def unlink(self):
        with self._ai_close_watched(self._ai_close_entries()):
            return super().unlink()

    @api.private
    def _ai_close_entries(self):
        ids = {each.res_id for each in self.sudo() if each.res_model == ENTRY and each.res_id}
        return self.env[ENTRY].sudo().browse(ids).exists()

    @contextmanager
    def _ai_close_watched(self, entries):
        """Let the documents change, then strike the signatures that were given on another set of them."""
        before = {entry: entry._payload() for entry in entries}
        yield
        for entry in entries:
            entry._documents_changed(before[entry])


class AiCloseEntry(models.Model):
    _inherit = ENTRY

    @api.private
    def _documents_changed(self, before):
        """Log the new set of documents; what was signed on another one is signed again."""
        after = self._payload()
        if after["attachments"] == before["attachments"] or self.state not in (
            "proposed",
            "prepared",
            "reviewed",
        ):
            return
        self._log_change("documents", before, after)
        self._sum_up()
        self.env["ai.close.audit"]._append(
            "entry.documents",
            self,
            before={"attachments": before["attachments"]},
            after={"attachments": after["attachments"]},
        )
        if self.state != "proposed":
            role = None if PEOPLE & self._roles() else SERVER
            self._transition("proposed", role=role, reason=self.env._("Documents changed"), vals=UNSIGNED)
