"""The evidence of a task: who changes it, and what a signature pins of it."""

from odoo import api, models

from ..kernel.canonical import digest
from .refusal import refuse


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    @api.depends("evidence_ids")
    def _compute_other_file_ids(self):
        """Files that hang on the task but are not named as evidence: who signs has to see them too."""
        for task in self:
            record = task._origin
            task.other_file_ids = record._ai_close_files() - record.sudo().evidence_ids if record else False

    # -- changing it

    def _need_unsigned_evidence(self):
        """Refuse to change what somebody's name stands under; what the server prepared bears nobody's."""
        for task in self:
            if task.state in ("signed", "not_applicable"):
                why = self.env._("%s is signed; its evidence stays as it was signed.", task.name)
            elif task.state == "prepared" and task.prepared_by_id:
                why = self.env._(
                    "%(name)s was prepared by %(who)s with this evidence. Send it back to change it.",
                    name=task.name,
                    who=task.prepared_by_id.name,
                )
            else:
                continue
            raise refuse(task, "ENT001", why, action="task.evidence")

    @api.private
    def _evidence_now(self):
        """Return the evidence of this task in plain values, the form that is pinned and told."""
        task = self.sudo()
        return {
            "note": task.evidence_note or None,
            "files": [file._ai_close_pin() for file in task.evidence_ids.sorted("id")],
        }

    @api.private
    def _tell_evidence(self, before):
        """Tell of a change, and remember who made it: that person can't sign it."""
        after = self._evidence_now()
        if after != before:
            self._guarded().write({"evidence_by_id": self.env.uid})
            self.env["ai.close.audit"]._append("task.evidence", self, before=before, after=after)

    @api.private
    def _adopt_files(self):
        """Hang files that were uploaded in the form on the task: only who uploaded them could read them."""
        task = self.sudo()
        loose = task.evidence_ids.filtered(
            lambda file: not file.res_id and file.create_uid == self.env.user and not file.res_field
        )
        if loose:
            loose.write({"res_model": task._name, "res_id": task.id})

    # -- pinning it

    @api.private
    def _pinned_evidence(self):
        """Return what a signature keeps of the evidence: every file's checksum, and one digest over all."""
        task = self.sudo()
        named = set(task.evidence_ids.ids)
        files = [
            dict(file._ai_close_pin(), named=file.id in named) for file in task._ai_close_files().sorted("id")
        ]
        return {
            "signed_files": files,
            "evidence_digest": self._evidence_digest(task.evidence_note, files),
            # who signs takes over what others wrote
            "evidence_by_id": False,
        }

    @api.model
    def _evidence_digest(self, note, files):
        return digest({"note": note or None, "files": files})

    @api.private
    def _evidence_changed(self):
        """Return what changed of the pinned evidence, in words; None when it is what was signed.

        A file that came later is no change: it was no part of the signature.
        """
        task = self.sudo()
        if not task.evidence_digest:
            return None
        named, files = set(task.evidence_ids.ids), []
        Attachment = self.env["ir.attachment"].sudo()
        for pinned in task.signed_files or []:
            file = Attachment.browse(pinned["id"]).exists()
            now = dict(file._ai_close_pin(), named=file.id in named) if file else None
            if now != pinned:
                if now is None or now["sha256"] is None:
                    return self.env._("The file %s is gone.", pinned["name"])
                return self.env._("The file %s was changed.", pinned["name"])
            files.append(now)
        if self._evidence_digest(task.evidence_note, files) != task.evidence_digest:
            return self.env._("The note was changed.")
        return None

    def _need_evidence_as_prepared(self, action):
        changed = self._evidence_changed()
        if changed:
            raise refuse(
                self,
                "AUD006",
                self.env._(
                    "%(name)s is not what was prepared: %(what)s Send it back.", name=self.name, what=changed
                ),
                action=action,
            )
