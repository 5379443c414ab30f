"""ai.close.package: what a close says, as files for those who look at it later, with their digests.

The files are made of a book (``package/``) that is the same for whoever asks.  They are evidence: nobody
changes or deletes them, and making them once more from the same close gives the same bytes.
"""

import hashlib
import logging
from pathlib import Path

import reportlab

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import file_path, human_size

from ..kernel.canonical import canonical_json
from ..kernel.sod import AUDITOR, CONTROLLER, SERVER
from ..package import pdf, xlsx
from ..package.archive import safe
from ..package.collect import collect
from ..package.fonts import Fonts
from ..package.shape import texts

_logger = logging.getLogger(__name__)

MAKERS = (CONTROLLER, AUDITOR)
# Up to here somebody waits for it; more is done in the background.
DIRECT_ROWS = 3000
# First choice first.  All ship with Odoo or with reportlab: nothing depends on the machine.
REGULAR = (
    "web/static/fonts/google/Roboto/Roboto-Regular.ttf",
    "web/static/fonts/google/Open_Sans/Open_Sans-Regular.ttf",
    "web/static/fonts/sign/NotoSans-Reg.ttf",
    "web/static/fonts/google/Tajawal/Tajawal-Regular.ttf",
)
BOLD = (
    "web/static/fonts/google/Roboto/Roboto-Bold.ttf",
    "web/static/fonts/google/Open_Sans/Open_Sans-Bold.ttf",
    "web/static/fonts/google/Tajawal/Tajawal-Bold.ttf",
)
LAST_REGULAR, LAST_BOLD = "Vera.ttf", "VeraBd.ttf"


class ClosePackage(models.Model):
    _name = "ai.close.package"
    _inherit = ["ai.close.state.mixin"]
    _description = "Close package"
    _order = "id desc"
    _ai_close_protected = frozenset(
        {
            "name", "close_id", "kind", "version", "requested_by_id", "date_done", "book_digest", "files",
            "message", "told_ids",
        }
    )  # fmt: skip

    name = fields.Char(required=True, readonly=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="close_id.company_id", store=True, readonly=True, index=True)
    kind = fields.Selection([("package", "Close package")], required=True, readonly=True, default="package")
    version = fields.Integer("Version of the close", readonly=True, aggregator=None)
    is_draft = fields.Boolean("Made before the lock", readonly=True)
    state = fields.Selection(
        [("waiting", "Being made"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    requested_by_id = fields.Many2one(
        "res.users", "Asked for by", readonly=True, help="Empty: made at the lock."
    )
    date_done = fields.Datetime("Made at", readonly=True)
    book_digest = fields.Char(
        "Proof code of the contents", readonly=True, help="The same contents have the same proof code."
    )
    files = fields.Json("Files with their proof codes", readonly=True)
    file_rows = fields.Json("Each file", compute="_compute_file_rows")
    file_ids = fields.Many2many("ir.attachment", compute="_compute_file_ids", string="Files")
    message = fields.Text("Result", readonly=True)
    told_ids = fields.Many2many("res.users", "ai_close_package_told", string="Sent to", readonly=True)

    @api.depends("files")
    def _compute_file_rows(self):
        """The files as a person reads them: name, size, and the proof code that tells a copy from another."""
        name, size, proof = self.env._("File"), self.env._("Size"), self.env._("Proof code (SHA-256)")
        for package in self:
            package.file_rows = [
                {name: each["name"], size: human_size(each["size"]), proof: each["sha256"]}
                for each in package.files or ()
            ]

    def _compute_file_ids(self):
        for package in self:
            package.file_ids = package._ai_close_files().sudo(False) if package.id else False

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"is_draft"}

    # -- asking

    @api.model
    @api.private
    def _ask(self, close, kind="package", **vals):
        """Ask for files of ``close`` as a controller or auditor; return the record, done when it is small."""
        self._need_role(*MAKERS, action=f"package.{kind}")
        close.check_access("read")
        package = self._note(close, kind, requested_by_id=self.env.uid, **vals)
        if package._rows_to_read() <= DIRECT_ROWS:
            package._work()
        else:
            self.env.ref("ai_close.cron_close_packages").sudo()._trigger()
        return self.browse(package.id)

    @api.model
    @api.private
    def _note(self, close, kind, **vals):
        """Write down that files of ``close`` are to be made, and tell the audit trail."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        package = self._guarded().create(
            {
                "name": f"{labels[kind]} {close.name} v{close.version}",
                "close_id": close.id,
                "kind": kind,
                "version": close.version,
                "is_draft": close.state != "locked",
                **vals,
            }
        )
        self.env["ai.close.audit"]._append(
            f"package.{kind}", package, role=None if vals.get("requested_by_id") else SERVER
        )
        return package

    def _rows_to_read(self):
        """Return about how many rows the files will have, to choose between now and in the background."""
        close = self.close_id.sudo()
        return len(close.entry_ids) * 10 + self.env["ai.close.finding"].sudo().search_count(
            [("close_id", "=", close.id)]
        )

    @api.private
    def _show(self):
        """Return the action that shows this record with its files, or the advice to wait."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # -- making

    @api.private
    def _work(self):
        """Make the files; they stay with this record, and the audit trail tells their digests."""
        self.ensure_one()
        self._seal_lock()
        made = self._contents()
        vals = {
            "date_done": self._now(),
            "book_digest": made.pop("book_digest"),
            "files": self._keep(made.pop("files")),
            "message": made.pop("message", False),
        }
        self._transition("done", role=SERVER, vals=vals, action="package.done")
        self._send()

    def _contents(self):
        """Return ``{"book_digest", "files": {name: bytes}, "message"}`` of what was asked for."""
        book, files = self._book_files()
        fonts = self._fonts()
        missing = fonts.missing(texts(book))
        return {
            "book_digest": book["head"]["digest"],
            "files": files,
            "message": self.env._(
                "No font that ships with Odoo shows: %s. The workbook has these characters.",
                " ".join(missing),
            )
            if missing
            else False,
        }

    def _book_files(self):
        """Return the book of the close and its three files, by name."""
        book, stem = collect(self.close_id), self._stem()
        return book, {
            f"{stem}.pdf": pdf.render(book, self._fonts()),
            f"{stem}.xlsx": xlsx.render(book),
            f"{stem}.json": (canonical_json(book) + "\n").encode(),
        }

    def _stem(self):
        close = self.close_id.sudo()
        days = f"{close.period_start:%Y-%m-%d} {close.period_end:%Y-%m-%d}"
        name = safe(f"{close.company_id.name} {days} v{self.version}")
        return f"close-package {name}".replace(" ", "-")

    @api.model
    @api.private
    def _fonts(self):
        """Return the fonts of the PDF, as far as this Odoo has them."""
        own = Path(reportlab.__file__).parent / "fonts"
        return Fonts(
            [*map(str, filter(None, map(_there, REGULAR))), str(own / LAST_REGULAR)],
            [*map(str, filter(None, map(_there, BOLD))), str(own / LAST_BOLD)],
        )

    def _seal_lock(self):
        """See to it that the event of the lock is sealed: its root is printed."""
        self.env.cr.execute(
            "SELECT 1 FROM ai_close_audit event WHERE event.model = 'ai.close' AND event.res_id = %s"
            " AND event.action IN ('close.lock', 'close.relock') AND NOT EXISTS"
            " (SELECT 1 FROM ai_close_audit_membership member WHERE member.audit_id = event.id)",
            [self.close_id.id],
        )
        if self.env.cr.fetchone():
            self.env["ai.close.audit.seal"].sudo()._seal(self.company_id.sudo())

    def _keep(self, files):
        """Attach ``files`` (name -> bytes) as the server's own and return what identifies them."""
        attachments = self.env["ir.attachment"].with_user(SUPERUSER_ID).with_context({}).sudo()
        types = {"pdf": "application/pdf", "json": "application/json", "zip": "application/zip",
                 "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
        pins = []
        for name, content in files.items():
            made = attachments.create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": types[name.rpartition(".")[2]],
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
            pins.append(
                {
                    "id": made.id,
                    "name": name,
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
        return pins

    @api.private
    def _audit_evidence(self):
        """The digests of the files, and of the contents that they show."""
        found = super()._audit_evidence()
        for package in self.sudo():
            found.setdefault(package.id, {}).update(
                book_digest=package.book_digest or None,
                digests=[{"name": each["name"], "sha256": each["sha256"]} for each in package.files or ()],
            )
        return found

    def _send(self):
        """Tell whom the policy names; another file fills this in."""

    # -- in the background

    @api.model
    def _cron_work(self):
        """Make what was too big to wait for, each in a transaction of its own."""
        for package in self.sudo().search([("state", "=", "waiting")], order="id"):
            asker = package.requested_by_id
            worker = package.with_user(asker or SUPERUSER_ID).with_context(lang=asker.lang or "en_US")
            try:
                if asker:
                    worker._need_role(*MAKERS, action=f"package.{package.kind}")
                    worker.check_access("read")
                worker.sudo()._work()
                self.env.flush_all()
            except Exception as error:
                if getattr(error, "pgcode", None) in ("40001", "40P01", "55P03"):
                    raise  # Odoo runs the whole again
                self.env.cr.rollback()
                _logger.exception("package %s could not be made", package.id)
                worker.sudo()._transition(
                    "failed", role=SERVER, vals={"date_done": self._now(), "message": str(error)}
                )
            if asker:
                asker._bus_send(
                    "simple_notification",
                    {
                        "title": package.name,
                        "message": worker.env._("The files are ready.")
                        if package.state == "done"
                        else worker.env._("The files could not be made."),
                        "type": "success" if package.state == "done" else "danger",
                    },
                )
            self.env["ir.cron"]._commit_progress(1)


class AiClose(models.Model):
    _inherit = "ai.close"

    package_ids = fields.One2many("ai.close.package", "close_id", string="Packages")
    package_count = fields.Integer(compute="_compute_package_count", compute_sudo=True)

    @api.depends("package_ids")
    def _compute_package_count(self):
        for close in self:
            close.package_count = len(close.package_ids)

    def action_package(self):
        """Make the close package as it is now, and show it."""
        self.ensure_one()
        return self.env["ai.close.package"]._ask(self)._show()

    def action_open_packages(self):
        """Open the packages that were made of this close."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Packages of %s", self.name),
            "res_model": "ai.close.package",
            "view_mode": "list,form",
            "domain": [("close_id", "=", self.id)],
        }


def _there(path):
    """Return where a file of an add-on is, or None."""
    try:
        return file_path(path)
    except (FileNotFoundError, ValueError):
        return None
