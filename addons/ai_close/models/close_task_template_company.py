"""Templates that a company edits: its own stand in the place of those that serve every company.

A company's own template with the code of a shared one counts instead of it, for this company only; switched
off, it leaves the task out.  What is shared is changed only by who answers for every company that closes.
"""

from odoo import SUPERUSER_ID, api, fields, models

from ..kernel import graph, periods
from ..kernel.sod import CONTROLLER
from .close_audit import audit_values
from .refusal import refuse

KINDS = {
    periods.MONTH: "for_month",
    periods.QUARTER: "for_quarter",
    periods.YEAR: "for_year",
    periods.ADJUSTMENT: "for_adjustment",
}
# What makes a graph of a company's templates another one.
SHAPE = frozenset({"depends_on_ids", "code", "company_id", "active", *KINDS.values()})


class AiCloseTaskTemplate(models.Model):
    _name = "ai.close.task.template"
    _inherit = ["ai.close.task.template", "ai.close.access.mixin"]

    for_month = fields.Boolean("Month", default=True)
    for_quarter = fields.Boolean("Quarter", default=True)
    for_year = fields.Boolean("Year", default=True)
    for_adjustment = fields.Boolean("Adjustment", default=False)
    scope = fields.Selection(
        [("shared", "Every company"), ("replaced", "Replaced by ours"), ("own", "Ours"), ("off", "Off")],
        compute="_compute_scope",
        help="What counts for the company that you work in.",
    )

    @api.depends("company_id", "code", "active")
    @api.depends_context("company")
    def _compute_scope(self):
        in_force = self._in_force(self.env.company)
        for template in self:
            if not template.active:
                template.scope = "off"
            elif template.company_id:
                template.scope = "own"
            else:
                template.scope = "shared" if template._origin in in_force else "replaced"

    # -- what counts for a company

    @api.model
    @api.private
    def _in_force(self, company, kind=None):
        """Return the templates that the checklist of ``company`` is made from, in order.

        :param kind: only those for closes of this kind (month, quarter, year, adjustment)
        """
        found = self.sudo().with_context(active_test=False)
        found = found.search([("company_id", "in", (False, company.id))])
        by_code = {template.code: template for template in found.filtered(lambda each: not each.company_id)}
        by_code.update({each.code: each for each in found.filtered("company_id")})
        kept = [template.id for template in by_code.values() if template.active]
        templates = found.browse(kept).sorted(lambda each: (each.sequence, each.id))
        return templates.filtered(KINDS[kind]) if kind else templates

    @api.private
    def _needs(self, company):
        """Return ``{code: codes}``: who of these templates waits for whom, past those that are left out."""
        all_of_them = self.sudo().with_context(active_test=False)
        all_of_them = all_of_them.search([("company_id", "in", (False, company.id))])
        needs = {}
        # the company's own come last and count instead
        for template in all_of_them.sorted(lambda each: bool(each.company_id)):
            needs[template.code] = set(template.depends_on_ids.mapped("code"))
        return graph.resolve(needs, set(self.mapped("code")))

    # -- changing them

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._need_ours("template.create")
        templates._check_graph()
        return templates

    def write(self, vals):
        self._need_ours("template.write")
        if any(each.company_id.id != (vals["company_id"] or False) for each in self if "company_id" in vals):
            raise refuse(
                self,
                "ENT017",
                self.env._("A template stays in its company; make another one."),
                action="template.write",
            )
        result = super().write(vals)
        if SHAPE & vals.keys():
            self._check_graph()
        return result

    def _need_ours(self, action):
        """Refuse to change for other companies what their own controllers answer for."""
        if self.env.uid == SUPERUSER_ID:
            return
        shared = self.sudo().filtered(lambda template: not template.company_id)
        if not shared:
            return
        closing = self.env["res.company"].sudo().search([("ai_close_enabled", "=", True)])
        others = closing - self.env.user.sudo().company_ids
        if others:
            raise refuse(
                shared,
                "ENT017",
                self.env._(
                    "%(name)s serves %(companies)s, too. Choose Change for our company: then it is yours "
                    "alone.",
                    name=shared[0].name,
                    companies=", ".join(others[:3].mapped("name")),
                ),
                action=action,
            )

    def _check_graph(self):
        """Refuse what waits for itself, in whatever company's mixture, and what waits for another company."""
        for template in self.sudo():
            foreign = template.depends_on_ids.filtered("company_id").filtered(
                lambda other, own=template.company_id: other.company_id != own
            )
            if foreign:
                raise refuse(
                    template,
                    "ENT019",
                    self.env._(
                        "%(name)s can't wait for %(other)s, which is %(company)s's own.",
                        name=template.name,
                        other=foreign[0].name,
                        company=foreign[0].company_id.name,
                    ),
                    action="template.write",
                )
        concerned = self.sudo().company_id
        if len(self.sudo().filtered("company_id")) < len(self):
            with_own = self.sudo().with_context(active_test=False).search([("company_id", "!=", False)])
            concerned |= with_own.company_id
        for company in [self.env["res.company"], *concerned]:
            templates = self._in_force(company)
            found = graph.cycle(templates._needs(company))
            if found:
                names = {template.code: template.name for template in templates}
                raise refuse(
                    self[:1],
                    "ENT018",
                    self.env._(
                        "These tasks would wait for each other: %s.",
                        " → ".join(names.get(code, code) for code in found),
                    ),
                    action="template.write",
                )

    # -- what people do

    def action_customize(self):
        """Open the company's own version of this template, made when there is none."""
        own = self.browse()
        for template in self:
            own |= template._own_version("template.customize")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Task template of %s", self.env.company.name),
            "res_model": self._name,
            "res_id": own[:1].id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_switch_off(self):
        """Leave the task out of this company's later closes."""
        for template in self:
            template._own_version("template.switch_off").write({"active": False})
        return True

    def action_switch_on(self):
        """Put it on the checklist of this company's later closes again."""
        for template in self:
            template._own_version("template.switch_on").write({"active": True})
        return True

    def action_back_to_shared(self):
        """Give up the company's own version: the one that serves every company counts again."""
        for template in self:
            template._need_role(CONTROLLER, action="template.back_to_shared")
            template.check_access("write")
            shared = self.sudo().search([("code", "=", template.code), ("company_id", "=", False)], limit=1)
            if not template.company_id or not shared:
                raise refuse(
                    template,
                    "ENT017",
                    self.env._("%s stands in the place of no shared template; switch it off.", template.name),
                    action="template.back_to_shared",
                )
            self.env["ai.close.audit"]._append(
                "template.back_to_shared", template, before=audit_values(template, template._audited())
            )
            template.sudo().unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.private
    def _own_version(self, action):
        """Return this template when it is the company's own, else the company's version of it, made now."""
        self.ensure_one()
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        company = self.company_id or self.env.company
        if self.company_id:
            return self
        own = self.with_context(active_test=False).search(
            [("code", "=", self.code), ("company_id", "=", company.id)], limit=1
        )
        if own:
            return own
        vals = {
            name: self[name] if not self._fields[name].relational else self[name].ids
            for name in self._audited() - {"company_id", "depends_on_ids", "owner_id", "reviewer_id"}
        }
        # the key is of Odoo's own form of translations; a caller who sends it ends in a fault of its cache
        return self.with_context(prefetch_langs=False).create(
            vals | {"company_id": company.id, "depends_on_ids": [(6, 0, self.depends_on_ids.ids)]}
        )

    @api.private
    def _need_role(self, *roles, action=None):
        return self.env["ai.close.task"]._need_role(*roles, action=action)
