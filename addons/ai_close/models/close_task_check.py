"""The checks that the server makes by itself, and what makes a signed task stale."""

from odoo import api, models

from ..kernel.sod import SERVER
from .close_readiness import ENTRY_UNDECIDED, FINDING_UNDECIDED
from .close_task import DONE, UNSIGNED

CHECK_STATES = ("pass", "fail", "no_data")


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    @api.private
    def _judge(self):
        """Judge checks, sign-offs and waiting of these tasks on the data of now."""
        for task in self.sudo().sorted(lambda task: (task.sequence, task.id)):
            if task.state == "not_applicable":
                continue
            task._judge_check()
            task._judge_sign_off()
        # Only then: waiting follows what the predecessors came to.
        for task in self.sudo().sorted(lambda task: (task.sequence, task.id)):
            waits = any(other.state not in DONE for other in task.depends_on_ids)
            if task.state == "waiting" and not waits:
                task._transition("open", role=SERVER)
                task._judge_check()
            elif task.state == "open" and waits:
                task._transition("waiting", role=SERVER)

    @api.private
    def _judge_check(self):
        """Run the self-check and let the machine prepare, or take back, what it alone prepared."""
        self.ensure_one()
        task = self.sudo()
        if not task.self_check:
            return
        state, message = task._run_check()
        task._guarded().write(
            {
                "check_state": state,
                "check_message": message,
                "check_at": self._now(),
                "check_run_id": task.close_id.last_run_id.id,
            }
        )
        waits = any(other.state not in DONE for other in task.depends_on_ids)
        if state == "pass" and task.state in ("open", "stale") and not waits:
            task._transition(
                "prepared",
                role=SERVER,
                vals=UNSIGNED | {"prepared_at": self._now()},
            )
        elif state != "pass" and task.state == "prepared" and not task.prepared_by_id:
            task._transition("open", role=SERVER, reason=message, vals={"prepared_at": False})

    @api.private
    def _run_check(self):
        """Return ``(state, message)`` of the self-check; one that nobody wrote is no data, never a pass."""
        self.ensure_one()
        name = f"_check_{self.self_check}"
        # The ORM has methods of such names too; they are no checks of ours.
        check = None if hasattr(models.BaseModel, name) else getattr(type(self), name, None)
        answer = check(self) if check else None
        if not isinstance(answer, tuple) or answer[0] not in CHECK_STATES:
            return "no_data", self.env._("No data: nothing here can check this.")
        return answer

    @api.private
    def _judge_sign_off(self):
        """Make a sign-off stale when what it was given for changed."""
        self.ensure_one()
        if self.state not in ("prepared", "signed"):
            return
        why = self._evidence_changed()
        if (
            not why
            and self.state == "signed"
            and self.signed_check_state == "pass"
            and self.check_state != "pass"
        ):
            why = self.check_message
        if why:
            self._strike(why)
        else:
            self._judge_unseen()

    # -- the checks: (state, message)

    def _check_agent_run(self):
        run = self.close_id.last_run_id
        if not run:
            return "no_data", self.env._("The agent has not run for this period.")
        if run.state != "done":
            return "fail", self.env._("The last run did not finish.")
        no_data = ("rule", "no_data")
        unknown = [one for one in run.failures or () if (one.get("scope"), one.get("kind")) == no_data]
        failed = len(run.failures or ()) - len(unknown)
        if failed:
            return "fail", self.env._("%s parts of the last run failed.", failed)
        if unknown:
            return "pass", self.env._(
                "%(run)s finished; %(count)s rules had no data to judge by.",
                run=run.display_name,
                count=len(unknown),
            )
        return "pass", self.env._("%s finished.", run.display_name)

    def _check_bank_reconciled(self):
        _name, done, total, blockers = self.close_id._count_bank()
        if not total:
            journals = self.env["account.journal"].search_count(
                [("company_id", "in", list(self.close_id._family_ids())), ("type", "=", "bank")], limit=1
            )
            if journals:
                return "no_data", self.env._("There is no bank line in the period.")
            return "pass", self.env._("There is no bank journal.")
        if blockers:
            return "fail", self.env._(
                "%(count)s of %(total)s bank lines are open.", count=total - done, total=total
            )
        return "pass", self.env._("All %s bank lines are reconciled.", total)

    def _check_no_drafts(self):
        _name, _done, total, _blockers = self.close_id._count_drafts()
        if total:
            return "fail", self.env._("%s drafts are dated in the period.", total)
        return "pass", self.env._("No draft is dated in the period.")

    def _check_findings_reviewed(self):
        if not self.close_id.last_run_id:
            return "no_data", self.env._("The agent has not run for this period.")
        undecided = self.env["ai.close.finding"].search_count(
            [
                *self.close_id._asked_of("ai.close.finding"),
                "|",
                "&",
                ("severity", "in", ("critical", "high")),
                ("state", "in", FINDING_UNDECIDED),
                "&",
                ("severity", "=", "medium"),
                ("state", "in", ("open", "assigned")),
            ]
        )
        if undecided:
            return "fail", self.env._("%s findings are not decided.", undecided)
        return "pass", self.env._("Every critical, high and medium finding is decided.")

    def _check_accruals_decided(self):
        if not self.close_id.last_run_id:
            return "no_data", self.env._("The agent has not run for this period.")
        undecided = self.env["ai.close.entry"].search_count(
            [*self.close_id._asked_of("ai.close.entry"), ("state", "in", ENTRY_UNDECIDED)]
        )
        if undecided:
            return "fail", self.env._("%s staged entries are not decided.", undecided)
        return "pass", self.env._("Every staged entry is decided.")
