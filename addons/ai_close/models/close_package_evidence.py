"""The evidence of a close for auditors, in one archive: package, trail, people, and the files of its records.

``manifest.json`` names each file with its digest.  The same locked close gives the same bytes.
"""

from hashlib import sha256

from odoo import api, fields, models

from ..kernel import seal
from ..kernel.canonical import canonical_json, timestamp
from ..package import archive
from ..package.people import people
from ..package.source import Source
from .close_audit_seal import event_line

# Records whose files are evidence, and how a close reaches them.
HOLDERS = (
    ("close", lambda close: close),
    ("tasks", lambda close: close.task_ids),
    ("findings", lambda close: close.finding_ids),
    ("entries", lambda close: close.entry_ids),
    ("posted", lambda close: close.entry_ids.move_id | close.entry_ids.reversal_move_id),
    ("lock", lambda close: close.lock_ids),
)


class ClosePackage(models.Model):
    _inherit = "ai.close.package"

    kind = fields.Selection(
        selection_add=[("evidence", "Evidence for auditors")], ondelete={"evidence": "cascade"}
    )

    def _contents(self):
        if self.kind != "evidence":
            return super()._contents()
        book, files = self._book_files()
        source = Source(self.close_id)
        event = source.lock_event if source.is_final else None
        told = people(source, event["event_at"] if event else None)
        content = {
            **{f"package/{name}": each for name, each in files.items()},
            "people.json": _line(told),
            "audit/trail.jsonl": self._trail(event["number"] if event else None),
            **self._attached(source.close),
        }
        about = {
            "kind": "ai-close-evidence",
            "format": 1,
            "close": {
                "company": source.company.name,
                "name": source.close.name,
                "start": str(source.close.period_start),
                "end": str(source.close.period_end),
                "version": self.version,
            },
            "final": source.is_final,
            "contents_digest": book["head"]["digest"],
            "lock_root": event["root"] if event else None,
            "fonts": [{"name": name, "sha256": digest} for name, digest in self._fonts().facts()],
        }
        name = self._stem().replace("close-package", "close-evidence") + ".zip"
        return {"book_digest": book["head"]["digest"], "files": {name: archive.build(content, about)}}

    def _rows_to_read(self):
        rows = super()._rows_to_read()
        if self.kind != "evidence":
            return rows
        # the trail and the files are read as a whole
        events = self.env["ai.close.audit.report"]._events(self.company_id.sudo())
        return rows + events // 10

    @api.private
    def _attached(self, close):
        """Return the files of the close's records: path -> bytes; what can't be read any more says so."""
        found, lost = {}, []
        for folder, reach in HOLDERS:
            for record in reach(close).sorted("id"):
                for file in self._files_of(record):
                    path = f"files/{folder}/{record.id}/{file.id}-{archive.safe(file.name)}"
                    if file.type == "url":
                        found[path + ".url.txt"] = (file.url or "").encode()
                    elif file._ai_close_sha256() is None:
                        lost.append(path)
                    else:
                        found[path] = file.raw or b""
        if lost:
            found["files/LOST.txt"] = ("\n".join(lost) + "\n").encode()
        return found

    def _files_of(self, record):
        if record._name.startswith("ai.close"):
            return record._ai_close_files()
        hung = [("res_model", "=", record._name), ("res_id", "=", record.id), ("res_field", "=", False)]
        return self.env["ir.attachment"].sudo().search(hung, order="id")

    @api.private
    def _trail(self, number):
        """Return the trail of the company, from its first block to block ``number`` (None: to the last)."""
        trail = self.env["ai.close.audit.seal"].sudo()
        return b"".join(trail._export_until(self.company_id.id, number))


class CloseAuditSeal(models.Model):
    _inherit = "ai.close.audit.seal"

    @api.model
    @api.private
    def _export_until(self, company_id, number=None):
        """Yield an export that ends with block ``number``: the same bytes whenever it is made."""
        blocks = [
            block
            for block in self._blocks(company_id, leaves=False)
            if number is None or block["number"] <= number
        ]
        record = self.env["res.company"].sudo().browse(company_id).exists()
        hashed, lines = sha256(), 0
        for line in self._lines_until(company_id, record, blocks):
            hashed.update(line)
            lines += 1
            yield line
        yield _line({"kind": "end", "lines": lines, "sha256": hashed.hexdigest()})

    def _lines_until(self, company_id, company, blocks):
        yield _line(
            {
                "kind": "head",
                "format": seal.FORMAT,
                "database_uuid": blocks[-1]["database_uuid"] if blocks else "",
                "company": {"id": company_id, "name": company.name or None},
                "exported_at": blocks[-1]["sealed_at"] if blocks else timestamp(self._clock()),
                "first_seal": blocks[0]["number"] if blocks else None,
                "last_seal": blocks[-1]["number"] if blocks else None,
                "events": sum(block["count"] for block in blocks),
            }
        )
        for block in blocks:
            rows = self._members(block["id"])
            leaves = [row[1] for row in rows]
            yield _line({"kind": "seal", **seal.header_of(block), "root": block["root"], "leaves": leaves})
            yield from (event_line(row[3:]) + b"\n" for row in rows if row[3] is not None)
        yield _line({"kind": "tail", "count": 0, "oldest_at": None})


class AiClose(models.Model):
    _inherit = "ai.close"

    def action_evidence(self):
        """Make the archive for auditors, and show it."""
        self.ensure_one()
        return self.env["ai.close.package"]._ask(self, "evidence")._show()


def _line(values):
    return canonical_json(values).encode("utf-8") + b"\n"
