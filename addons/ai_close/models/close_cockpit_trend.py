"""What the cockpit draws: days to close, bank lines that nobody touched, and how old open findings are."""

from datetime import datetime, time, timedelta

from pytz import UTC, timezone

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel import figures
from .close_finding import SEVERITIES
from .close_readiness import FINDING_UNDECIDED

TREND_CLOSES = 12
DRAWN = ("close_days", "auto_match", "touchless")
# Whole days since a run saw it first, the last one open at its end.
AGES = ((0, 2), (3, 7), (8, 30), (31, None))


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.model
    @api.readonly
    def cockpit(self, close_id=None):
        """Return what the cockpit shows, with what it draws of the last closes of the company."""
        answer = super().cockpit(close_id)
        close = self.browse(answer["close"]["id"]) if answer["close"] else self
        answer["trend"] = close._trend() if close else []
        answer["ages"] = close.sudo()._finding_ages() if close else []
        return answer

    @api.private
    def _trend(self):
        """Return a row for each of the last closes, oldest first; None where a figure is not measured."""
        self.ensure_one()
        closes = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "!=", "adjustment"),
                ("period_end", "<=", self.period_end),
            ],
            order="period_end desc",
            limit=TREND_CLOSES,
        )
        rows = self.env["ai.close.figure"].search(
            [("close_id", "in", closes.ids), ("figure", "in", DRAWN), ("current", "=", True)]
        )
        known = {(row.close_id.id, row.figure): row._figure() for row in rows}
        if self.state != "locked":
            # what was taken in the night is older than what was decided since
            known.update({(self.id, code): figure for code, figure in self._line_figures().items()})
        return [close._trend_row(known) for close in reversed(closes)]

    def _line_figures(self):
        facts = self.sudo()._facts_of_lines().get(self.id, {"lines": 0, "by_agent": 0, "by_server": 0})
        return {
            "auto_match": figures.share(facts["by_agent"], facts["lines"], "no_lines"),
            "touchless": figures.share(facts["by_server"], facts["lines"], "no_lines"),
        }

    def _trend_row(self, known):
        row = {
            "id": self.id,
            "name": self.name,
            "label": format_date(self.env, self.period_end, date_format="MMM yyyy"),
            "state": self.state,
        }
        for code in DRAWN:
            figure = known.get((self.id, code)) or figures.unknown("not_locked")
            found = figures.value(code, figure)
            row[code] = None if found is None else float(found)
            row[f"{code}_text"] = figures.text(code, figure)
        return row

    @api.private
    def _finding_ages(self):
        """Return a row for each span of days: how many findings are open so long, by severity."""
        self.ensure_one()
        zone = self.company_id.ai_close_tz or "UTC"
        here = self.with_context(tz=zone)
        today = fields.Date.context_today(here)
        domain = [*self._asked_of("ai.close.finding"), ("state", "in", list(FINDING_UNDECIDED))]
        groups = here.env["ai.close.finding"]._read_group(
            domain, ["create_date:day", "severity"], ["__count"]
        )
        rows = []
        for least, most in AGES:
            counts = {severity: 0 for severity, _label in SEVERITIES}
            for moment, severity, count in groups:
                age = max((today - moment.date()).days, 0)
                if age >= least and (most is None or age <= most):
                    counts[severity] += count
            label = (
                self.env._("over %s days", least - 1)
                if most is None
                else self.env._("%(least)s to %(most)s days", least=least, most=most)
            )
            span = [("create_date", "<", _midnight(today - timedelta(days=least - 1), zone))] if least else []
            if most is not None:
                span.append(("create_date", ">=", _midnight(today - timedelta(days=most), zone)))
            rows.append(
                {
                    "code": f"{least}",
                    "label": label,
                    "counts": counts,
                    "total": sum(counts.values()),
                    "action": self._window("ai.close.finding", label, domain + span),
                }
            )
        return rows


def _midnight(day, zone):
    """Return the beginning of ``day`` in ``zone`` as the UTC text of a domain."""
    moment = timezone(zone).localize(datetime.combine(day, time.min)).astimezone(UTC)
    return fields.Datetime.to_string(moment.replace(tzinfo=None))
