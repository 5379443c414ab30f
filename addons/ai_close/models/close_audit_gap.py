"""ai.close.audit.gap: this database is older than a root that the agent knows; a controller decides."""

from odoo import api, fields, models

from ..kernel.canonical import timestamp
from ..kernel.sod import CONTROLLER
from .refusal import refuse

REASON_MIN_CHARS = 3
GAP_LOCK_CLASS = 0x41434C47


class CloseAuditGap(models.Model):
    _name = "ai.close.audit.gap"
    _inherit = ["ai.close.state.mixin"]
    _description = "Gap in the audit trail"
    _order = "id desc"
    _ai_close_protected = frozenset(
        {
            "company_id",
            "known_number",
            "known_root",
            "server_number",
            "server_root",
            "database_uuid",
            "found_at",
            "reason",
            "accepted_by_id",
            "accepted_at",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted")], required=True, readonly=True, default="open"
    )
    known_number = fields.Integer("Block that the agent knows", required=True, readonly=True, aggregator=None)
    known_root = fields.Char("Its proof code", required=True, readonly=True)
    server_number = fields.Integer("Last block here", readonly=True, aggregator=None)
    server_root = fields.Char("Proof code here", readonly=True)
    database_uuid = fields.Char("Database", readonly=True)
    found_at = fields.Datetime("Found", required=True, readonly=True)
    reason = fields.Text(readonly=True)
    accepted_by_id = fields.Many2one("res.users", "Accepted by", readonly=True)
    accepted_at = fields.Datetime("Accepted", readonly=True)

    _one_open = models.UniqueIndex(
        "(company_id, known_number, known_root) WHERE state = 'open'", "This gap is told already."
    )

    @api.depends("known_number", "server_number")
    def _compute_display_name(self):
        for gap in self:
            gap.display_name = self.env._(
                "Block %(known)s is not in this trail, which ends with block %(server)s",
                known=gap.known_number,
                server=gap.server_number,
            )

    # -- what the agent's begin asks ---

    @api.model
    @api.private
    def _judge(self, company, known):
        """Return the accepted gap that ``known`` falls into, or none when the chain contains it; else refuse.

        :param known: ``{"number", "root"}`` of the last block that the agent knows, or None
        """
        blocks = self.env["ai.close.audit.seal"].sudo()
        if not known or blocks._contains(company.id, known["number"], known["root"]):
            return self.browse()
        gaps = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("known_number", "=", known["number"]),
                ("known_root", "=", known["root"]),
                ("state", "=", "accepted"),
            ]
        )
        for gap in gaps:
            # accepted was this trail; a second restore makes another gap
            if not gap.server_number or blocks._contains(company.id, gap.server_number, gap.server_root):
                return gap
        self._tell_gap(company, known)
        raise refuse(
            company,
            "RUN013",
            self.env._(
                "The agent knows block %(number)s of this company's audit trail with the proof code"
                " %(root)s…; this database does not. It was restored from a backup, or its trail was"
                " changed. A controller looks at it under Reporting > Gaps of the trail and accepts the gap"
                " with a reason.",
                number=known["number"],
                root=known["root"][:12],
            ),
            action="port.begin",
        )

    def _tell_gap(self, company, known):
        """Keep the gap, in a cursor of its own: the call that found it is refused."""
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            gaps = env[self._name].sudo()
            # one agent at a time, so that a gap is told once
            cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [GAP_LOCK_CLASS, company.id])
            key = [
                ("company_id", "=", company.id),
                ("known_number", "=", known["number"]),
                ("known_root", "=", known["root"]),
                ("state", "=", "open"),
            ]
            if gaps.search_count(key, limit=1):
                return
            number, root, _last = env["ai.close.audit.seal"].sudo()._last(company.id)
            gap = gaps._guarded().create(
                {
                    "company_id": company.id,
                    "known_number": known["number"],
                    "known_root": known["root"],
                    "server_number": number,
                    "server_root": root,
                    "database_uuid": env["ir.config_parameter"].sudo().get_param("database.uuid"),
                    "found_at": fields.Datetime.now(),
                }
            )
            env["ai.close.audit"]._append(
                "audit.gap_found",
                gap,
                after={
                    "known_number": known["number"],
                    "known_root": known["root"],
                    "server_number": number,
                    "server_root": root,
                },
            )

    @api.private
    def _answer(self):
        """Return what the agent is told of an accepted gap; None for none."""
        if not self:
            return None
        gap = self.sudo()
        return {
            "number": gap.known_number,
            "root": gap.known_root,
            "by": gap.accepted_by_id.name,
            "at": timestamp(gap.accepted_at),
            "reason": gap.reason,
        }

    # -- what a person decides ---

    def action_accept(self, reason):
        """Go on with this trail although a part of it is gone: the agent starts from here."""
        self.ensure_one()
        self._need_role(CONTROLLER, action="audit.accept_gap")
        self.check_access("read")
        reason = reason.strip() if isinstance(reason, str) else ""
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action="audit.accept_gap")
        return self._transition(
            "accepted",
            reason=reason,
            vals={"reason": reason, "accepted_by_id": self.env.uid, "accepted_at": self._now()},
        )


class AiClose(models.Model):
    _inherit = "ai.close"

    def _count_run(self):
        """An open gap of the trail is a blocker: the agent does not work until somebody accepts it."""
        area, done, total, found = super()._count_run()
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "open")]
        count = self.env["ai.close.audit.gap"].search_count(domain)
        if count:
            found = [
                *found,
                self._blocker(
                    "GAP",
                    self.env._("The database is older than the agent's last proof code"),
                    count,
                    rank=5,
                    severity="critical",
                    action=self._window("ai.close.audit.gap", self.env._("Gaps of the trail"), domain),
                ),
            ]
        return area, done, total + count, found
