"""ai.close.task.template: what the checklist of every period is made from."""

from odoo import SUPERUSER_ID, api, fields, models

from .close_audit import audit_values

ROLES = [("preparer", "Preparer"), ("reviewer", "Reviewer"), ("controller", "Controller")]
AREAS = [
    ("bank", "Bank"),
    ("partner", "Receivables and payables"),
    ("accrual", "Accruals"),
    ("stock", "Stock"),
    ("ledger", "General ledger"),
]
WATCHES = [
    ("partner", "Receivables and payables"),
    ("bank", "Bank lines"),
    ("ledger", "The whole ledger"),
]
# The lock that waits for a task: Odoo's own five.
GATES = [
    ("sale_lock_date", "Sales lock date"),
    ("purchase_lock_date", "Purchase lock date"),
    ("tax_lock_date", "Tax return lock date"),
    ("fiscalyear_lock_date", "Global lock date"),
    ("hard_lock_date", "Hard lock date"),
]


class AiCloseTaskTemplate(models.Model):
    _name = "ai.close.task.template"
    _description = "Close checklist template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="restrict",
        # what an installation brings serves all; what people add serves theirs
        default=lambda self: False if self.env.uid == SUPERUSER_ID else self.env.company,
        help="Only this company's closes; empty means every company's.",
    )
    area = fields.Selection(AREAS, default="ledger", required=True)
    workday = fields.Integer("Due on working day", default=1, required=True)
    owner_role = fields.Selection(ROLES, default="preparer", required=True)
    reviewer_role = fields.Selection(ROLES[1:], default="reviewer", required=True)
    self_check = fields.Char(
        help="The check that the server makes by itself, by its key; empty means by hand."
    )
    needs_evidence = fields.Boolean("File or note", help="Can't be prepared without a file or a note.")
    needs_note = fields.Boolean("Note", help="Can't be prepared without a note.")
    min_files = fields.Integer("Files, at least", help="Can't be signed with fewer different files.")
    evidence_hint = fields.Char("What to attach", translate=True)
    watches = fields.Selection(WATCHES, help="What, when posted after the sign-off, makes it stale.")
    gates = fields.Selection(
        GATES,
        default="fiscalyear_lock_date",
        required=True,
        help="The lock that waits for this task. The global lock waits for every task.",
    )
    depends_on_ids = fields.Many2many(
        "ai.close.task.template",
        "ai_close_task_template_dependency",
        "template_id",
        "depends_on_id",
        string="Waits for",
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A code stands for one template in a company."
    )
    _workday_positive = models.Constraint(
        "CHECK(workday BETWEEN 1 AND 90)", "Working days count from 1, to 90 at most."
    )
    _files_positive = models.Constraint(
        "CHECK(min_files BETWEEN 0 AND 20)", "Ask for no files, or for up to twenty."
    )

    # -- who changes what is asked of everybody is told; installation and upgrade are the server's

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        if self.env.uid != SUPERUSER_ID:
            for template in templates:
                self.env["ai.close.audit"]._append(
                    "template.create", template, after=audit_values(template, self._audited())
                )
        return templates

    def write(self, vals):
        if self.env.uid == SUPERUSER_ID:
            return super().write(vals)
        names = self._audited() & vals.keys()
        before = {template: audit_values(template, names) for template in self}
        result = super().write(vals)
        for template, was in before.items():
            now = audit_values(template, names)
            changed = [name for name in now if now[name] != was[name]]
            if changed:
                self.env["ai.close.audit"]._append(
                    "template.write",
                    template,
                    before={name: was[name] for name in changed},
                    after={name: now[name] for name in changed},
                )
        return result

    @api.model
    def _audited(self):
        stored = {name for name, field in self._fields.items() if field.store}
        return stored - {"id", *models.MAGIC_COLUMNS}

    @api.private
    def _task_vals(self, close):
        """Return the values of this template's task in ``close``."""
        self.ensure_one()
        return {
            "close_id": close.id,
            "template_id": self.id,
            "name": self.name,
            "code": self.code,
            "sequence": self.sequence,
            "area": self.area,
            "watches": self.watches,
            "self_check": self.self_check,
            "needs_evidence": self.needs_evidence,
            "needs_note": self.needs_note,
            "min_files": self.min_files,
            "evidence_hint": self.evidence_hint,
            "gates": self.gates,
            "owner_role": self.owner_role,
            "reviewer_role": self.reviewer_role,
            "due_bucket": f"WD+{self.workday:02d}",
            "date_due": close._workday(self.workday),
            "owner_id": self._person(self.owner_id, self.owner_role, close.company_id, "reviewer").id,
            "reviewer_id": self._person(self.reviewer_id, self.reviewer_role, close.company_id).id,
        }
