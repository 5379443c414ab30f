"""The checklist of a close: made from the templates of its company, and brought up to date on a wish."""

from odoo import api, models

from ..kernel.sod import CONTROLLER
from .close_audit import audit_values
from .refusal import refuse

# What of a task follows its template while nobody's name stands on it.
FOLLOWS = (
    "template_id",
    "name",
    "sequence",
    "area",
    "watches",
    "self_check",
    "gates",
    "needs_evidence",
    "needs_note",
    "min_files",
    "evidence_hint",
    "owner_role",
    "reviewer_role",
    "due_bucket",
    "date_due",
)
UNSIGNED_STATES = ("waiting", "open", "stale")


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _create_tasks(self):
        """Make the checklist from the company's templates, dependencies included; what is there stays."""
        for close in self._guarded():
            templates = close._templates()
            have, needs = set(close.task_ids.mapped("code")), templates._needs(close.company_id)
            missing = templates.filtered(lambda each, have=have: each.code not in have)
            close.task_ids.create(
                [
                    {**each._task_vals(close), "state": "waiting" if needs[each.code] else "open"}
                    for each in missing
                ]
            )
            close._tie_tasks(templates, skip=have)
            close._sum_up_due()

    def _templates(self):
        self.ensure_one()
        return self.env["ai.close.task.template"]._in_force(self.company_id, self.kind)

    def _tie_tasks(self, templates, skip=()):
        """Let the tasks wait for each other as their templates say, but those of the codes in ``skip``."""
        tasks = {task.code: task for task in self.task_ids}
        for code, needed in templates._needs(self.company_id).items():
            task = tasks.get(code)
            if not task or code in skip:
                continue
            ids = sorted(tasks[other].id for other in needed if other in tasks)
            if set(ids) != set(task.depends_on_ids.ids):
                task._guarded().write({"depends_on_ids": [(6, 0, ids)]})

    def _sum_up_due(self):
        due = [task.date_due for task in self.task_ids if task.date_due]
        self._guarded().write({"date_due": max(due, default=False), "workday_note": self._workday_problem()})

    # -- on a wish

    def action_update_checklist(self):
        """Bring the templates of now into these open closes: new tasks come, unsigned ones follow.

        What somebody prepared or signed stays as it is.  A task whose template is gone isn't removed: it is
        proposed as not applicable, and a second person confirms that.
        """
        done = {"added": 0, "changed": 0, "asked": 0, "kept": 0}
        for close in self:
            close._need_role(CONTROLLER, action="checklist.update")
            close.check_access("read")
            if close.state in ("locked", "requested"):
                raise refuse(close, "LCK001", action="checklist.update")
            told = close._update_checklist()
            for key in done:
                done[key] += len(told[key])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("Checklist updated"),
                "message": self.env._(
                    "%(added)s added, %(changed)s changed, %(asked)s proposed as not applicable, "
                    "%(kept)s left as signed.",
                    **done,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.private
    def _update_checklist(self):
        """Bring the templates into this close; return the codes of what was added, changed, asked, kept."""
        self.ensure_one()
        self._lock_rows()
        close = self._guarded()
        templates = close._templates()
        by_code = {template.code: template for template in templates}
        tasks = {task.code: task for task in close.task_ids}
        told = {"added": sorted(by_code.keys() - tasks.keys()), "changed": {}, "asked": [], "kept": []}
        before = {}
        for code, task in tasks.items():
            if task.state in UNSIGNED_STATES:
                before[code] = audit_values(task, {*FOLLOWS, "depends_on_ids"})
                if code in by_code:
                    vals = by_code[code]._task_vals(close)
                    task.write({name: vals[name] for name in FOLLOWS})
                    task._follow_people(vals)
                elif not task.na_requested_by_id:
                    told["asked"].append(code)
                    self.env["ai.close.task"].browse(task.id)._request_not_applicable(
                        self.env._("Its template is switched off or gone.")
                    )
            elif task.state != "not_applicable" and self._differs(task, by_code.get(code)):
                told["kept"].append(code)
        close._create_tasks()
        close._tie_tasks(templates, skip=tasks.keys() - before.keys())
        for code, was in before.items():
            now = audit_values(tasks[code], {*FOLLOWS, "depends_on_ids"})
            changed = sorted(name for name in now if now[name] != was[name])
            if changed:
                told["changed"][code] = {
                    "before": {name: was[name] for name in changed},
                    "after": {name: now[name] for name in changed},
                }
        if close.task_ids._has_cycle("depends_on_ids"):
            raise refuse(
                self,
                "ENT018",
                self.env._(
                    "With what is signed already, tasks would wait for each other. Have the signed ones "
                    "sent back first."
                ),
                action="checklist.update",
            )
        self.env["ai.close.audit"]._append("checklist.update", self, after=told)
        self._refresh()
        return told

    def _differs(self, task, template):
        if not template:
            return True
        vals = template._task_vals(self)
        kept = ("template_id", "name", "sequence", "evidence_hint")
        return any(
            (task[name].id if name.endswith("_id") else task[name] or False) != (vals[name] or False)
            for name in FOLLOWS
            if name not in kept
        )
