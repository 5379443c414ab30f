"""When the trail is sealed: after a run, at a lock, every minute; and how its roots leave the machine."""

import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import html_escape

from ..kernel.canonical import timestamp

_logger = logging.getLogger(__name__)

RETENTION_YEARS = 10


class CloseRun(models.Model):
    _inherit = "ai.close.run"

    @api.private
    def _transition(self, to, *args, **kwargs):
        """Seal after a run that ended, whatever became of it."""
        done = super()._transition(to, *args, **kwargs)
        if to in ("done", "failed"):
            for company in self.company_id:
                self.env["ai.close.audit.seal"]._seal_after_commit(company)
        return done


class CloseLock(models.Model):
    _inherit = "ai.close.lock"

    def _apply(self):
        """Seal in the lock's own transaction: a locked period has a root that covers its lock."""
        done = super()._apply()
        self.env["ai.close.audit.seal"].sudo()._seal(self.company_id)
        return done


class CloseAuditSeal(models.Model):
    _inherit = "ai.close.audit.seal"

    keep_until = fields.Date(
        "Keep until", compute="_compute_keep_until", help="Until when the policy wants events kept."
    )

    @api.depends("sealed_at", "company_id")
    def _compute_keep_until(self):
        years = {}
        for block in self:
            if block.company_id not in years:
                company = self.env["res.company"].browse(block.company_id)
                policy = self.env["ai.close.policy"]._in_force(company) if block.company_id else None
                params = policy.params or {} if policy else {}
                years[block.company_id] = params.get("audit_retention_years", RETENTION_YEARS)
            block.keep_until = block.sealed_at.date() + relativedelta(years=years[block.company_id])

    # -- roots leave the machine ---

    @api.model
    def _cron_mail_roots(self):
        """Each night: seal what is left, look at the chain, and mail its last root to who is named."""
        self._cron_seal(everything=True)
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            return
        for company in self.env["res.company"].sudo().search([("ai_close_enabled", "=", True)]):
            self._mail_root(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    @api.private
    def _mail_root(self, company):
        """Mail the company's last root; returns the mail, none where there is nothing or nobody to tell."""
        block = self.search([("company_id", "=", company.id)], order="number desc", limit=1)
        to = self._mail_to(company)
        if not block or not to:
            if block:
                _logger.warning("nobody gets the proof code of company %s", company.id)
            return self.env["mail.mail"]
        found = self._verify(company)
        text = self._mail_text(company, block, found)
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": self.env._(
                        "%(company)s: proof code of block %(number)s%(state)s",
                        company=company.name,
                        number=block.number,
                        state="" if not found["problem"] else self.env._(", TRAIL BROKEN"),
                    ),
                    "email_to": ",".join(to),
                    "body_html": f"<pre>{html_escape(text)}</pre>",
                    # the copy in the outbox is one more place that has the root
                    "auto_delete": False,
                }
            )
        )
        self.env["ai.close.audit"]._append(
            "audit.root_mailed",
            company=company,
            after={"number": block.number, "root": block.root, "addresses": len(to)},
        )
        return mail

    def _mail_text(self, company, block, found):
        return "\n".join(
            [
                self.env._("AI Close, proof code of the audit trail. Keep this mail."),
                "",
                self.env._("Company: %s", company.name),
                self.env._("Database: %s", block.database_uuid),
                self.env._("Block: %s", block.number),
                self.env._("Proof code: %s", block.root),
                self.env._("Sealed at: %s", timestamp(block.sealed_at)),
                self.env._(
                    "Events up to here: %(count)s in %(blocks)s blocks",
                    count=found["events"],
                    blocks=found["blocks"],
                ),
                self.env._("The server's own look at the chain: %s", self._sentence(found)),
            ]
        )

    def _mail_to(self, company):
        """Return the addresses that the policy names, else those of the controllers and auditors."""
        params = self.env["ai.close.policy"]._in_force(company).params or {}
        if params.get("seal_mail_to"):
            return sorted(params["seal_mail_to"])
        people = self.env["res.users"]
        for role in ("controller", "auditor"):
            people |= self.env.ref(f"ai_close.group_{role}").all_user_ids
        return sorted(
            {
                user.email_normalized
                for user in people
                if user.active and not user.share and company in user.company_ids and user.email_normalized
            }
        )

    @api.model
    @api.private
    def _sentence(self, found):
        """Say what ``_verify`` found, in one sentence."""
        if found["problem"]:
            return self.env._("Broken. %s", found["problem"])
        parts = self.env._(
            "%(blocks)s blocks, %(events)s events, unbroken",
            blocks=f"{found['blocks']:,}",
            events=f"{found['events']:,}",
        )
        if found["unsealed"]:
            age = fields.Datetime.now() - found["oldest_at"]
            parts += self.env._(
                "; %(count)s events are not sealed yet, the oldest for %(seconds)s s",
                count=found["unsealed"],
                seconds=max(0, round(age.total_seconds())),
            )
        return parts
