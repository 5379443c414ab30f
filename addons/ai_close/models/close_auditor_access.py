"""ai.close.auditor.access: an auditor reads some companies and periods, until a day.

No scheduled action ends it: dates are compared when something is read, here and in the role itself.  An
auditor who got the role when AI Close was set up has no such record, and reads his companies without an end.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from ..kernel.sod import AUDITOR, PEOPLE
from .res_users import GROUPS

# Odoo's own records that an auditor reads of the books: where their company and their day stand.
BOOKS = frozenset({"account.move", "account.move.line", "account.bank.statement.line", "account.payment"})
PREFIX = "ai.close"


class CloseAuditorAccess(models.Model):
    _name = "ai.close.auditor.access"
    _inherit = ["ai.close.state.mixin"]
    _description = "Auditor's access"
    _order = "date_end desc, id desc"
    _rec_name = "user_id"
    _ai_close_protected = frozenset(
        {"user_id", "company_ids", "period_from", "period_to", "date_end", "grant_id", "ended"}
    )

    user_id = fields.Many2one(
        "res.users", "Auditor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_ids = fields.Many2many("res.company", string="Companies", required=True, readonly=True)
    period_from = fields.Date("Periods from", required=True, readonly=True)
    period_to = fields.Date("Periods to", required=True, readonly=True)
    date_end = fields.Date("Until (inclusive)", required=True, readonly=True)
    grant_id = fields.Many2one("ai.close.role.grant", "Request", readonly=True, ondelete="restrict")
    ended = fields.Boolean("Ended early", readonly=True)
    counts_now = fields.Boolean("Counts today", compute="_compute_counts_now")

    _ordered = models.Constraint("CHECK(period_from <= period_to)", "A period ends after it starts.")

    @api.depends("date_end", "ended")
    def _compute_counts_now(self):
        for record in self:
            record.counts_now = bool(record._counting())

    @api.private
    def _counting(self):
        """Return those that count today, in UTC: the last day is over everywhere then but for some hours."""
        today = fields.Date.today()
        return self.filtered(lambda each: not each.ended and each.date_end >= today)

    @api.model
    @api.private
    def _scope(self, user):
        """Return the accesses of ``user`` that count today; None where nothing limits what he reads."""
        found = self.sudo().search([("user_id", "=", user.id)])
        return found._counting() if found else None

    # -- what may be read

    @api.model
    @api.private
    def _limit(self, model_name):
        """Return the domain that the caller's access adds to ``model_name``; None where it adds none."""
        if not (model_name.startswith(PREFIX) or model_name in BOOKS):
            return None
        user = self.env.user
        if self.env.su or not user._has_group(GROUPS[AUDITOR]):
            return None
        # who has a part in the close himself reads what that part needs
        if user._ai_close_roles() & PEOPLE:
            return None
        scope = self._scope(user)
        if scope is None or model_name == self._name:
            return None
        return Domain.OR([each._domain_of(model_name) for each in scope]) if scope else Domain.FALSE

    def _domain_of(self, model_name, depth=2):
        """Return what this access shows of a model, by its company, its close or what it is a part of."""
        model = self.env[model_name]
        names, companies = model._fields, self.sudo().company_ids.ids
        if model_name in BOOKS:
            return Domain("company_id", "in", companies) & self._between("date")
        if model_name == "ai.close":
            return Domain("company_id", "in", companies) & self._period()
        if model_name == "ai.close.audit":
            return Domain("company_id", "in", companies) & self._events()
        shown = Domain.TRUE
        if "company_id" in names and names["company_id"]._description_searchable:
            shown = Domain("company_id", "in", companies)
        if "close_id" in names and names["close_id"].comodel_name == "ai.close":
            return shown & (Domain("close_id", "=", False) | Domain("close_id", "any", self._period()))
        if "company_id" not in names and depth:
            # a line shows where what it belongs to does
            for name, field in names.items():
                if field.type == "many2one" and field.store and (field.comodel_name or "").startswith(PREFIX):
                    return Domain(name, "any", self._domain_of(field.comodel_name, depth - 1))
        return shown

    def _period(self):
        return Domain("period_start", ">=", self.period_from) & Domain("period_end", "<=", self.period_to)

    def _between(self, name):
        return Domain(name, ">=", self.period_from) & Domain(name, "<=", self.period_to)

    def _events(self):
        """Events of the closes of these periods, and those of no close that happened in them."""
        closes = self.env["ai.close"].sudo().search(self._period()).ids
        return Domain("close_id", "in", closes) | (
            Domain("close_id", "in", (False, 0)) & self._between("event_at")
        )

    # -- how it comes and goes

    @api.model
    @api.private
    def _grant(self, request):
        """Make the access that an approved request of an auditor's role names."""
        made = self._guarded().create(
            {
                "user_id": request.user_id.id,
                "company_ids": [(6, 0, request.company_ids.ids)],
                "period_from": request.period_from,
                "period_to": request.period_to,
                "date_end": request.date_end,
                "grant_id": request.id,
            }
        )
        self.env.registry.clear_cache()
        self.env["ai.close.audit"]._append(
            "access.grant",
            made,
            after={
                "user_id": request.user_id.id,
                "company_ids": request.company_ids.ids,
                "period_from": str(request.period_from),
                "period_to": str(request.period_to),
                "date_end": str(request.date_end),
            },
        )
        return made

    @api.model
    @api.private
    def _end(self, user):
        """End what is left of a user's accesses: the role was taken."""
        found = self.sudo().search([("user_id", "=", user.id), ("ended", "=", False)])
        found._guarded().write({"ended": True})
        self.env.registry.clear_cache()


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.private
    def _ai_close_roles(self):
        """Without the auditor's role once every access of his has ended."""
        roles = super()._ai_close_roles()
        if AUDITOR in roles and "ai.close.auditor.access" in self.env:
            scope = self.env["ai.close.auditor.access"]._scope(self)
            if scope is not None and not scope:
                roles -= {AUDITOR}
        return roles


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Add what an auditor's access leaves; outside Odoo's cache, since days pass."""
        domain = super()._compute_domain(model_name, mode)
        limit = self.env["ai.close.auditor.access"]._limit(model_name)
        return domain if limit is None else domain & limit
