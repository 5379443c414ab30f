"""Attachments: the evidence of a signed step stays as it was signed, for everybody."""

import hashlib
from base64 import b64decode

from odoo import api, models
from odoo.tools import SQL

from .refusal import refuse

# What makes a file what it is, where it hangs and who may fetch it.
CONTENT = frozenset({"raw", "datas", "db_datas"})
KEPT = frozenset(
    {
        "name",
        "type",
        "url",
        "mimetype",
        "res_model",
        "res_id",
        "res_field",
        "company_id",
        "index_content",
        "public",
        "access_token",
        "store_fname",
        "checksum",
        "file_size",
        # what a picture was made from, where Odoo's editor is installed
        "original_id",
    }
)
SIGNABLE = frozenset(
    {
        "ai.close",
        "ai.close.task",
        "ai.close.finding",
        "ai.close.entry",
        "ai.close.match",
        "ai.close.lock",
        "ai.close.policy",
        "ai.close.contract",
        "ai.close.loan",
        "ai.close.pay.run",
        "ai.close.tie.out",
        "ai.close.package",
        "account.move",
    }
)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        files = super().create(vals_list)
        if any(file.res_model in SIGNABLE for file in files.sudo()):
            files._ai_close_refuse_reader()
            files._ai_close_tell_added()
        return files

    def write(self, vals):
        if (KEPT | CONTENT) & vals.keys():
            self._ai_close_refuse_signed("attachment.write", lambda file: file._ai_close_changes(vals))
        result = super().write(vals)
        if {"res_model", "res_id"} & vals.keys():
            self._ai_close_refuse_reader()
            self._ai_close_tell_added()
        return result

    def unlink(self):
        # Before Odoo looks at rights, so that the trail tells of who had none, too.
        self._ai_close_refuse_signed("attachment.unlink")
        return super().unlink()

    # -- which files are kept

    @api.private
    def _ai_close_holders(self):
        """Return ``(file, record)`` pairs: the records of the close, or entries, that files hang on."""
        return [
            (file, self.env[file.res_model].sudo().browse(file.res_id).exists())
            for file in self.sudo()
            if file.res_model in SIGNABLE and file.res_id
        ]

    @api.private
    def _ai_close_linked(self):
        """Return ``(file, task)`` pairs: the tasks that name one of these files as their evidence."""
        field = self.env["ai.close.task"]._fields["evidence_ids"]
        file_column, task_column = SQL.identifier(field.column2), SQL.identifier(field.column1)
        relation, ids = SQL.identifier(field.relation), list(self.ids)
        if not ids:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, %s FROM %s WHERE %s = ANY(%s)",
                file_column,
                task_column,
                relation,
                file_column,
                ids,
            )
        )
        tasks = self.env["ai.close.task"].sudo()
        return [(self.sudo().browse(file_id), tasks.browse(task_id)) for file_id, task_id in rows]

    def _ai_close_refuse_signed(self, action, changes=None):
        """Refuse when one of these files hangs on a signed record (and ``changes`` says that it matters)."""
        for file, record in self._ai_close_holders() + self._ai_close_linked():
            if record._ai_close_signed() and (changes is None or changes(file)):
                raise refuse(
                    record,
                    "AUD006",
                    self.env._(
                        "%(file)s is evidence of %(record)s, which is signed; it stays as it is. Add another "
                        "file, or have the step sent back.",
                        file=file.name,
                        record=record.display_name,
                    ),
                    action=action,
                )

    def _ai_close_refuse_reader(self):
        """An auditor reads everything of the close and adds nothing, whatever the chatter would let him."""
        if any(file.res_model in SIGNABLE - {"account.move"} for file in self.sudo()):
            self.env["ai.close"]._ai_close_refuse_reader("attachment.create")

    @api.private
    def _ai_close_changes(self, vals):
        """Tell whether writing ``vals`` changes what the file says, where it hangs or who may fetch it."""
        self.ensure_one()
        file = self.sudo()
        for name in KEPT & vals.keys() & file._fields.keys():
            now = file[name].id if file._fields[name].type == "many2one" else file[name]
            if (now or False) != (vals[name] or False):
                return True
        if not CONTENT & vals.keys():
            return False
        try:
            return self._ai_close_sha256() != hashlib.sha256(_content(vals)).hexdigest()
        except (TypeError, ValueError):
            # no content at all: whatever Odoo makes of it, it is not what was signed
            return True

    def _ai_close_tell_added(self):
        """Tell the audit trail of a file that comes to a signed record: it was no part of the signature."""
        for file, record in self._ai_close_holders():
            if record._ai_close_signed():
                self.env["ai.close.audit"]._append(
                    "attachment.add", record, after={"file": file._ai_close_pin()}
                )

    # -- checksums

    @api.private
    def _ai_close_sha256(self):
        """Return the SHA-256 of the content as it is stored now, hex; None when the file is gone."""
        self.ensure_one()
        # without bin_size, which would give sizes in place of contents
        file = self.sudo().with_context({})  # pylint: disable=context-overridden
        if file.type == "url":
            return hashlib.sha256((file.url or "").encode()).hexdigest()
        if file.store_fname:
            content = file._file_read(file.store_fname)
            return hashlib.sha256(content).hexdigest() if content or not file.file_size else None
        return hashlib.sha256(file.db_datas or b"").hexdigest()

    @api.private
    def _ai_close_pin(self):
        """Return what identifies this file: the form in which audit events and signatures keep it."""
        self.ensure_one()
        file = self.sudo()
        return {
            "id": file.id,
            "name": file.name,
            "type": file.type,
            "mimetype": file.mimetype or None,
            "size": file.file_size or 0,
            "sha256": file._ai_close_sha256(),
        }


def _content(vals):
    """Return the bytes that ``vals`` would store; what stands first counts, as in Odoo."""
    raw = vals.get("raw") or (b64decode(vals["datas"]) if vals.get("datas") else None)
    raw = raw or vals.get("db_datas") or b""
    return raw.encode() if isinstance(raw, str) else raw
