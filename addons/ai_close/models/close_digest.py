"""The morning's digest: five lines and a link, in a Discuss channel of the people of the close.

The channel is the server's own, a closed group: who has a part in the company's close is put in, who lost it
is taken out, who left is left alone.  The same lines as the day before are not said again until the due day
is near.
"""

from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models

from ..kernel import notices
from .close_finding import SEVERITIES
from .close_notice import paragraph
from .close_readiness import ENTRY_UNDECIDED, FINDING_UNDECIDED, TASK_DONE
from .close_run import LATE_H

MOST_BLOCKERS = 3


class CloseNotice(models.Model):
    _inherit = "ai.close.notice"

    def _digest(self, close, today):
        """Post the five lines of ``close``, once a day, when there is something new to say."""
        company = close.company_id
        former = self.sudo().search([("company_id", "=", company.id), ("kind", "=", "digest")], limit=1)
        if former.day == today:
            return self.browse()
        env = self._company_env(company)
        close = close.with_env(env)
        facts = close._digest_facts(today)
        before = (former.facts or {}) if former.close_id == close else {}
        if not notices.is_news(facts, before or None, today, close.date_due or None):
            return self.browse()
        people = self._readers(close, notices.READERS)
        if not people:
            return self.browse()
        channel = self._digest_channel(company, env)
        members = self._digest_members(channel, people)
        lines = close._digest_lines(facts, before, today, self._says(company).amounts)
        body = Markup("").join(paragraph(line) for line in lines)
        body += Markup('<p><a href="%s">%s</a></p>') % (close._link(), env._("Open the close"))
        channel.message_post(body=body, message_type="comment", subtype_xmlid="mail.mt_comment")
        notice = env["ai.close.notice"].create(
            {
                "close_id": close.id,
                "kind": "digest",
                "day": today,
                "date_due": close.date_due,
                "told_ids": [(6, 0, members.ids)],
                "subject": lines[0],
                "body": body,
                "facts": facts,
                "channel_id": channel.id,
            }
        )
        notice._tell()
        return self.browse(notice.id)

    def _company_env(self, company):
        """Return the server's environment in the language of the company."""
        lang = company.partner_id.lang or self.env.lang or "en_US"
        server = self.with_user(SUPERUSER_ID).sudo()
        return server.with_context(lang=lang, tz=company.ai_close_tz or "UTC").env

    def _digest_channel(self, company, env):
        """Return the company's channel, made anew when there is none or somebody archived it."""
        posted = env["ai.close.notice"].search(
            [("company_id", "=", company.id), ("kind", "=", "digest"), ("channel_id.active", "=", True)],
            limit=1,
        )
        return posted.channel_id or env["discuss.channel"].create(
            {
                "name": env._("%s: close", company.name),
                "channel_type": "group",
                "description": env._("Each morning of a close, how far it is."),
            }
        )

    def _digest_members(self, channel, people):
        """Put new ``people`` into the channel, take out who is none of them; return who is in it."""
        members = channel.channel_member_ids
        gone = members.filtered(lambda member: member.partner_id not in people.partner_id | self._robot())
        gone.unlink()
        earlier = channel.env["ai.close.notice"].search([("channel_id", "=", channel.id)]).told_ids
        # who was in it and is not any more has left, and knows where to find it
        fresh = people - earlier
        if fresh:
            channel._add_members(users=fresh, post_joined_message=False)
        here = channel.channel_member_ids.partner_id
        return people.filtered(lambda user: user.partner_id in here)

    def _robot(self):
        return self.env["res.users"].sudo().browse(SUPERUSER_ID).partner_id


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _digest_facts(self, today):
        """Return the figures of the morning, as plain values that are compared with the last ones."""
        readiness = self._readiness()
        findings = self.env["ai.close.finding"]._read_group(
            [*self._asked_of("ai.close.finding"), ("state", "in", FINDING_UNDECIDED)],
            ["severity"],
            ["__count"],
        )
        waiting = {}
        for model, states in (("entry", ENTRY_UNDECIDED), ("match", ("proposed",))):
            asked = self._asked_of(f"ai.close.{model}")
            waiting[model] = self.env[f"ai.close.{model}"].search_count([*asked, ("state", "in", states)])
        tasks = self.task_ids
        left = tasks.filtered(lambda task: task.state not in TASK_DONE)
        run = self.last_run_id
        return {
            "close": self.id,
            "pct": readiness["pct"],
            "blockers": {
                blocker["code"]: [blocker["label"], blocker["count"], blocker["amount_text"]]
                for blocker in readiness["blockers"]
            },
            "findings": dict(findings),
            **waiting,
            "tasks": len(tasks),
            "signed": len(tasks - left),
            "overdue": len(left.filtered(lambda task: task.date_due and task.date_due < today)),
            "run": run.state if run else None,
            "run_failures": len(run.failures or []),
            "silent": self._is_silent(run),
        }

    def _is_silent(self, run):
        """Has no run ended for longer than a night?"""
        ended = run.date_end or run.date_start
        return not ended or fields.Datetime.now() - ended > timedelta(hours=LATE_H)

    @api.private
    def _digest_lines(self, facts, before, today, amounts):
        """Return the five lines."""
        env = self.env
        return [
            env._(
                "%(company)s %(period)s: %(pct)s %% ready%(moved)s, due %(due)s",
                company=self.company_id.name,
                period=self.name,
                pct=facts["pct"],
                moved=notices.moved(facts["pct"], before.get("pct")),
                due=self._due_words(env, today),
            ),
            self._digest_blockers(facts, before, amounts),
            self._digest_findings(facts, before),
            env._(
                "Checklist: %(signed)s of %(tasks)s signed, %(overdue)s overdue."
                " To decide: %(entries)s entries, %(matches)s bank matches",
                signed=facts["signed"],
                tasks=facts["tasks"],
                overdue=facts["overdue"],
                entries=facts["entry"],
                matches=facts["match"],
            ),
            self._digest_run(facts),
        ]

    def _digest_blockers(self, facts, before, amounts):
        blockers = list(facts["blockers"].values())
        if not blockers:
            return self.env._("Blockers: none")
        named = ", ".join(
            f"{label} {count}" + (f" ({amount})" if amounts and amount else "")
            for label, count, amount in blockers[:MOST_BLOCKERS]
        )
        return self.env._(
            "Blockers %(count)s%(moved)s: %(named)s%(more)s",
            count=len(blockers),
            moved=notices.moved(len(blockers), len(before["blockers"]) if before else None),
            named=named,
            more=" …" if len(blockers) > MOST_BLOCKERS else "",
        )

    def _digest_findings(self, facts, before):
        labels = dict(self.env["ai.close.finding"]._fields["severity"]._description_selection(self.env))
        parts = [
            f"{labels[name].lower()} {count}"
            + notices.moved(count, before["findings"].get(name, 0) if before else None)
            for name, _label in SEVERITIES
            if (count := facts["findings"].get(name, 0)) or (before and before["findings"].get(name))
        ]
        return self.env._("Findings to decide: %s", ", ".join(parts) or self.env._("none"))

    def _digest_run(self, facts):
        if facts["run"] is None:
            return self.env._("Last run: none yet")
        text = self.env._("Last run: %s", self._risk_run())
        if facts["run_failures"]:
            text += self.env._(", %s checks not made", facts["run_failures"])
        if facts["silent"]:
            text += self.env._(". No run for more than %s hours", LATE_H)
        return text
