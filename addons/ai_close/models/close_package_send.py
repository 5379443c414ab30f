"""The package is made at the lock and sent, by mail with links, to the people that the policy names.

The files leave Odoo on nobody's account: the link leads to them, and Odoo asks who is there.
"""

from odoo import SUPERUSER_ID, api, fields, models

from .close_notice import paragraph


class CloseNotice(models.Model):
    _inherit = "ai.close.notice"

    kind = fields.Selection(selection_add=[("package", "Close package")], ondelete={"package": "cascade"})


class ClosePackage(models.Model):
    _inherit = "ai.close.package"

    def _send(self):
        """Let those whom the policy names read a final package, and mail those who had no such one yet."""
        result = super()._send()
        if self.kind != "package" or self.is_draft:
            return result
        box = self.env["ai.close.notice"].with_user(SUPERUSER_ID).sudo()
        readers = box._readers(self.close_id, box._says(self.company_id).package_to)
        same = self.sudo().search(
            [
                ("close_id", "=", self.close_id.id),
                ("kind", "=", "package"),
                ("book_digest", "=", self.book_digest),
                ("id", "!=", self.id),
            ]
        )
        self._guarded().write({"told_ids": [(6, 0, readers.ids)]})
        news = readers - same.told_ids
        if news:
            server = self.with_user(SUPERUSER_ID).sudo()
            close = server.close_id
            today = fields.Date.context_today(close.with_context(tz=close.company_id.ai_close_tz or "UTC"))
            box._mail(close, "package", today, news, server._letter)
        return result

    @api.private
    def _letter(self, env):
        """Return ``(subject, body)`` in the language of ``env``: what there is, and where; no amounts."""
        package = self.with_env(env)
        close = package.close_id
        subject = env._(
            "%(company)s %(period)s: the close package, version %(version)s",
            company=close.company_id.name,
            period=close.name,
            version=package.version,
        )
        body = paragraph(
            env._(
                "The books of %(company)s are locked for %(period)s. The package has the trial balance,"
                " tie-outs, flux, adjusting entries, findings, sign-offs, the lock and every override.",
                company=close.company_id.name,
                period=close.name,
            )
        )
        body += paragraph(f"{package.get_base_url()}/odoo/ai-close-packages/{package.id}")
        body += paragraph(env._("Proof code of the contents: %s", package.book_digest))
        return subject, body


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        result = super()._transition(to, role=role, reason=reason, vals=vals, action=action)
        if to == "locked":
            self._plan_packages()
        return result

    def _plan_packages(self):
        """Have the package of a period that was just locked made, where the policy names readers."""
        box = self.env["ai.close.notice"].sudo()
        wanted = self.sudo().filtered(lambda close: box._says(close.company_id).package_to)
        for close in wanted:
            self.env["ai.close.package"]._note(close, "package")
        if wanted:
            self.env.ref("ai_close.cron_close_packages").sudo()._trigger()
