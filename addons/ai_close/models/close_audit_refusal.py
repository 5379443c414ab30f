"""Refused attempts in the trail: ten rows a person, action, code, company and hour, then a count."""

from datetime import timedelta

from odoo import api, fields, models

from ..kernel.canonical import canonical_json, timestamp

REFUSALS_PER_HOUR = 10
# An hour is summed up when nobody can still be writing of it.
HOUR_ENDED = timedelta(minutes=5)


class CloseAudit(models.Model):
    _inherit = "ai.close.audit"

    @api.model
    @api.private
    def _append_refusal(self, facts):
        """Append a refusal (see ``refusal.refuse``), or only count it from the eleventh in an hour on.

        The count is one row, so a million refusals in an hour leave eleven rows behind.
        """
        hour = facts["event_at"].replace(minute=0, second=0, microsecond=0)
        self.env.cr.execute(
            "INSERT INTO ai_close_refusal_tally AS tally (user_id, action, refusal_code, company_id, hour)"
            " VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (user_id, action, refusal_code, company_id, hour)"
            " DO UPDATE SET count = tally.count + 1 RETURNING count",
            [facts["user_id"], facts["action"], facts["refusal_code"], facts["company_id"] or 0, hour],
        )
        if self.env.cr.fetchone()[0] > REFUSALS_PER_HOUR:
            return
        user = self.env["res.users"].browse(facts["user_id"]).exists()
        record = self.env[facts["model"]].browse(facts["res_id"]).exists() if facts["res_id"] else None
        vals = {
            name: facts[name]
            for name in ("user_id", "action", "model", "reason", "refusal_code", "company_id")
        }
        vals.update(
            user_login=user.login or None,
            user_name=user.name or None,
            role=self._role_of(user) if user else None,
            res_id=facts["res_id"] or None,
        )
        if record:
            links = dict.fromkeys(("close_id", "run_id"), None) | {"company_id": facts["company_id"]}
            vals.update(self._about(record, links))
        self._insert_all([vals])

    @api.model
    @api.private
    def _sum_up_refusals(self):
        """Write one event for the refusals of an ended hour that were only counted."""
        ended = (fields.Datetime.now() - HOUR_ENDED).replace(minute=0, second=0, microsecond=0)
        self.env.cr.execute(
            "DELETE FROM ai_close_refusal_tally WHERE hour < %s"
            " RETURNING user_id, action, refusal_code, company_id, hour, count",
            [ended],
        )
        rows = sorted(self.env.cr.fetchall(), key=lambda row: (row[4], row[:4]))
        for user_id, action, code, company_id, hour, count in rows:
            more = count - REFUSALS_PER_HOUR
            if more <= 0:
                continue
            user = self.env["res.users"].browse(user_id).exists()
            self._insert_all(
                [
                    {
                        "user_id": user_id,
                        "user_login": user.login or None,
                        "user_name": user.name or None,
                        "action": action,
                        "refusal_code": code,
                        "company_id": company_id or None,
                        "reason": self.env._("refused %(count)s more times in this hour", count=more),
                        "after": canonical_json(
                            {
                                "count": more,
                                "hour": timestamp(hour),
                                "until": timestamp(hour + timedelta(hours=1)),
                            }
                        ),
                    }
                ]
            )
