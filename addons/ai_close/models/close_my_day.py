"""One mail a person a day: what is his today, what is overdue, what blocks since yesterday.

Nothing to say, no mail.  It names no amounts and no titles of findings: counts, tasks and links.
"""

from odoo import SUPERUSER_ID, api, models

from ..kernel import notices
from .close_readiness import TASK_DONE

MOST_TASKS = 15


class CloseNotice(models.Model):
    _inherit = "ai.close.notice"

    def _mine(self, close, today):
        """Mail everybody in the close what is his, once a day."""
        done = [("company_id", "=", close.company_id.id), ("kind", "=", "mine")]
        former = self.sudo().search(done, order="day desc, id desc", limit=1)
        if former.day == today:
            return self.browse()
        close = close.with_user(SUPERUSER_ID).sudo()
        blockers = {blocker["code"]: blocker["label"] for blocker in close._readiness()["blockers"]}
        known = (former.facts or {}).get("blockers", []) if former.close_id == close else []
        fresh = [label for code, label in blockers.items() if code not in known]
        told = self.browse()
        for user in self._readers(close, notices.READERS):
            day = close._day_of(user, today, fresh)
            if day and user.email_normalized:
                told |= self._mail_day(close, user, today, day, sorted(blockers))
        return told

    def _mail_day(self, close, user, today, day, blockers):
        def compose(env):
            here = close.with_env(env)
            facts = day | {
                "title": env._("%(company)s, %(period)s", company=here.company_id.name, period=here.name),
                "due": here._due_words(env, today),
                "link": here._link(),
            }
            subject = env._(
                "%(company)s %(period)s: %(overdue)s overdue, %(mine)s yours, %(blockers)s blockers",
                company=here.company_id.name,
                period=here.name,
                overdue=len(day["overdue"]),
                mine=len(day["today"]) + day["findings"],
                blockers=len(blockers),
            )
            return subject, env["ir.qweb"]._render("ai_close.my_day", {"day": facts})

        return self._mail(close, "mine", today, user, compose, facts={"blockers": blockers})


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _day_of(self, user, today, fresh):
        """Return what is for ``user`` to do, or None: new blockers alone are a matter of controllers."""
        own = self.task_ids.filtered(
            lambda task: (
                task.state not in TASK_DONE
                and (task.reviewer_id == user if task.state == "prepared" else task.owner_id == user)
            )
        ).sorted(lambda task: (task.date_due or today, task.sequence, task.id))
        overdue = own.filtered(lambda task: task.date_due and task.date_due < today)
        now = own.filtered(lambda task: task.date_due == today)
        findings = self.env["ai.close.finding"].search_count(
            [
                *self._asked_of("ai.close.finding"),
                ("owner_id", "=", user.id),
                ("state", "in", ("open", "assigned")),
            ]
        )
        fresh = fresh if "controller" in user._ai_close_roles() else []
        if not (overdue or now or findings or fresh):
            return None
        return {
            "overdue": self._day_rows(overdue),
            "today": self._day_rows(now),
            "findings": findings,
            "findings_url": self._link("ai-close-my-findings"),
            "new_blockers": fresh,
        }

    def _day_rows(self, tasks):
        return [
            {
                "name": task.name,
                "due": str(task.date_due or ""),
                "url": f"{task.get_base_url()}/odoo/ai-close-checklist/{task.id}",
            }
            for task in tasks[:MOST_TASKS]
        ]
