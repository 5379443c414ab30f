"""What key figures are made of: one query an area, for any number of closes at once.

Definitions with units: docs/key-figures.md.  Amounts and seconds are summed by the database, exactly, and
come as text: a number with decimals would come as a float.
"""

from decimal import Decimal

from pytz import UTC, timezone

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..kernel.figures import PAUSE_S
from ..kernel.proposers import NAMES
from .close_readiness import FINDING_UNDECIDED

# Steps of people about proposals; the time between two of them is what a decision took.
DECISIONS = (
    "match.accept",
    "match.reject",
    "match.undo",
    "entry.prepare",
    "entry.review",
    "entry.approve",
    "entry.reject",
    "entry.send_back",
)
_ZERO = {
    "days": None,
    "days_why": "not_locked",
    "lines": 0,
    "by_agent": 0,
    "by_server": 0,
    "accepted": 0,
    "in_bulk": 0,
    "match_right": 0,
    "match_wrong": 0,
    "undone": 0,
    "blind_right": 0,
    "blind_asked": 0,
    "entry_right": 0,
    "entry_wrong": 0,
    "entries_posted": 0,
    "open_findings": 0,
    "open_days": Decimal(0),
    "timed_s": Decimal(0),
    "timed": 0,
    "untimed": 0,
    "runs": 0,
    "cost": Decimal(0),
}


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _figure_facts(self):
        """Return ``{close id: facts}`` of these closes, as they are now; see ``kernel.figures.figures``."""
        closes = self.sudo()
        closes.env.flush_all()
        found = {close.id: {**_ZERO, "version": close.version} for close in closes}
        for count in (
            closes._facts_of_lock,
            closes._facts_of_lines,
            closes._facts_of_matches,
            closes._facts_of_blind,
            closes._facts_of_entries,
            closes._facts_of_findings,
            closes._facts_of_runs,
            closes._facts_of_time,
        ):
            for close_id, facts in count().items():
                found[close_id].update(facts)
        return found

    def _facts_of_lock(self):
        """Calendar days from the period's end to its last lock, on the company's own calendar."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT event.res_id, max(event.event_at), (array_agg(event.action ORDER BY event.id DESC))[1],
                   (SELECT max(asked.exception_until) FROM ai_close_lock asked
                     WHERE asked.close_id = event.res_id AND asked.kind = 'reopen'
                       AND asked.state = 'expired')
              FROM ai_close_audit event
             WHERE event.model = 'ai.close' AND event.action IN ('close.lock', 'close.relock')
               AND event.res_id = ANY(%s)
             GROUP BY event.res_id
            """,
                self.ids,
            )
        )
        last = {close_id: facts for close_id, *facts in rows}
        found = {}
        for close in self:
            if close.state != "locked":
                found[close.id] = {"days": None, "days_why": "not_locked"}
            elif close.id not in last:
                # It was locked when AI Close came, or with the lock of a parent company.
                found[close.id] = {"days": None, "days_why": "locked_otherwise"}
            else:
                moment, action, until = last[close.id]
                # A window locks again when it ends; that is written up a little later.
                ended = min(moment, until) if action == "close.relock" and until else moment
                zone = timezone(close.company_id.ai_close_tz or "UTC")
                day = UTC.localize(ended).astimezone(zone).date()
                found[close.id] = {"days": (day - close.period_end).days}
        return found

    def _facts_of_lines(self):
        """Bank lines dated in the period, and those that the agent's proposal settled as it stood."""
        covered = [(close.id, company.id) for close in self for company in close._figure_companies()]
        rows = self.env.execute_query(
            SQL(
                """
            SELECT close.id, count(*), count(*) FILTER (WHERE match.origin = 'agent'),
                   count(*) FILTER (WHERE match.origin = 'agent' AND match.accepted_by_id = %s)
              FROM unnest(%s::int[], %s::int[]) AS covered(close_id, company_id)
              JOIN ai_close close ON close.id = covered.close_id
              JOIN account_bank_statement_line line ON line.company_id = covered.company_id
              JOIN account_move move ON move.id = line.move_id AND move.state IN ('draft', 'posted')
               AND move.date BETWEEN close.period_start AND close.period_end
              LEFT JOIN ai_close_match_line part ON part.statement_line_id = line.id AND part.is_open
              LEFT JOIN ai_close_match match ON match.id = part.match_id AND match.state = 'accepted'
               AND match.kind IS DISTINCT FROM 'none'
             GROUP BY close.id
            """,
                SUPERUSER_ID,
                [close_id for close_id, _company in covered],
                [company_id for _close, company_id in covered],
            )
        )
        names = ("lines", "by_agent", "by_server")
        return {close_id: dict(zip(names, counts, strict=True)) for close_id, *counts in rows}

    def _figure_companies(self):
        """Return the company and its branches that don't close by themselves."""
        family = self.env["res.company"].browse(self._family_ids())
        apart = self._branches()
        return family.filtered(lambda company: not company.parent_ids & apart)

    def _facts_of_matches(self):
        """What people said of the agent's bank matches.

        Right: accepted one by one, or opened as part of a batch's sample, and never undone.  Wrong: rejected,
        undone at any time however it was accepted, or another item was chosen in its place.  What was
        accepted in bulk unseen is neither: nobody looked at it.
        """
        rows = self.env.execute_query(
            SQL(
                """
            WITH judged AS (
                SELECT match.close_id, match.state, match.accepted_by_id = %(server)s AS by_server,
                       match.accepted_with > 1 AS together,
                       EXISTS (SELECT FROM ai_close_audit event WHERE event.model = 'ai.close.match'
                                  AND event.res_id = match.id AND event.action = 'match.undo') AS undone,
                       EXISTS (SELECT FROM ai_close_match_batch_line line WHERE line.match_id = match.id
                                  AND line.outcome = 'accepted') AS in_batch,
                       EXISTS (SELECT FROM ai_close_match_batch_line line WHERE line.match_id = match.id
                                  AND line.outcome = 'accepted' AND line.sample
                                  AND line.opened_at IS NOT NULL) AS opened,
                       match.state = 'superseded' AND EXISTS (
                           SELECT FROM ai_close_match_line mine
                             JOIN ai_close_match_line theirs ON theirs.is_open
                              AND theirs.statement_line_id = mine.statement_line_id
                             JOIN ai_close_match other ON other.id = theirs.match_id
                            WHERE mine.match_id = match.id AND other.origin = 'person'
                              AND other.state = 'accepted') AS replaced
                  FROM ai_close_match match
                 WHERE match.close_id = ANY(%(closes)s) AND match.origin = 'agent'
                   AND match.kind IS DISTINCT FROM 'none'
            ), said AS (
                SELECT *, state = 'accepted' AND NOT undone AS stands,
                       (together OR in_batch) AND NOT opened AS unseen FROM judged
            )
            SELECT close_id, count(*) FILTER (WHERE stands),
                   count(*) FILTER (WHERE stands AND NOT by_server AND (together OR in_batch)),
                   count(*) FILTER (WHERE stands AND NOT by_server AND unseen IS NOT TRUE),
                   count(*) FILTER (WHERE undone OR state = 'rejected' OR replaced),
                   count(*) FILTER (WHERE undone)
              FROM said GROUP BY close_id
            """,
                server=SUPERUSER_ID,
                closes=self.ids,
            )
        )
        names = ("accepted", "in_bulk", "match_right", "match_wrong", "undone")
        return {close_id: dict(zip(names, counts, strict=True)) for close_id, *counts in rows}

    def _facts_of_entries(self):
        """What people said of the agent's adjusting entries: right is posted with no line edited."""
        editors = self.env["ai.close.entry"]._fields["editor_ids"]
        rows = self.env.execute_query(
            SQL(
                """
            SELECT close_id, count(*) FILTER (WHERE state = 'posted' AND NOT edited),
                   count(*) FILTER (WHERE state IN ('rejected', 'reversed') OR state = 'posted' AND edited),
                   count(*) FILTER (WHERE state = 'posted')
              FROM (SELECT entry.close_id, entry.state,
                           EXISTS (SELECT FROM %s editor WHERE editor.%s = entry.id) AS edited
                      FROM ai_close_entry entry
                     WHERE entry.close_id = ANY(%s) AND entry.proposer = ANY(%s)) judged
             GROUP BY close_id
            """,
                SQL.identifier(editors.relation),
                SQL.identifier(editors.column1),
                self.ids,
                list(NAMES),
            )
        )
        names = ("entry_right", "entry_wrong", "entries_posted")
        return {close_id: dict(zip(names, counts, strict=True)) for close_id, *counts in rows}

    def _facts_of_findings(self):
        """Findings that nobody has settled, and the days since a run saw each first."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT close_id, count(*),
                   sum(round((extract(epoch FROM %s - create_date) / 86400)::numeric, 4))::text
              FROM ai_close_finding WHERE close_id = ANY(%s) AND state = ANY(%s) GROUP BY close_id
            """,
                fields.Datetime.now(),
                self.ids,
                list(FINDING_UNDECIDED),
            )
        )
        return {
            close_id: {"open_findings": count, "open_days": Decimal(days)} for close_id, count, days in rows
        }

    def _facts_of_runs(self):
        """Runs that ended, and what they say the language model cost."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT close_id, count(*), coalesce(sum(cost), 0)::text FROM ai_close_run
             WHERE close_id = ANY(%s) AND state IN ('done', 'failed') GROUP BY close_id
            """,
                self.ids,
            )
        )
        return {close_id: {"runs": count, "cost": Decimal(cost)} for close_id, count, cost in rows}

    def _facts_of_time(self):
        """Seconds between decisions of the same person, whichever close they were about."""
        if not self:
            return {}
        first = min(self.mapped("period_start"))
        rows = self.env.execute_query(
            SQL(
                """
            WITH acts AS (
                SELECT close_id, extract(epoch FROM event_at - lag(event_at)
                           OVER (PARTITION BY user_id ORDER BY event_at, id))::numeric AS pause
                  FROM ai_close_audit
                 WHERE action = ANY(%(actions)s) AND refusal_code IS NULL AND user_id <> %(server)s
                   AND event_at >= %(first)s
            )
            SELECT close_id, coalesce(sum(pause) FILTER (WHERE pause <= %(longest)s), 0)::text,
                   count(*) FILTER (WHERE pause BETWEEN 1 AND %(longest)s),
                   count(*) FILTER (WHERE pause IS NULL OR pause > %(longest)s)
              FROM acts WHERE close_id = ANY(%(closes)s) GROUP BY close_id
            """,
                actions=list(DECISIONS),
                server=SUPERUSER_ID,
                first=first,
                longest=PAUSE_S,
                closes=self.ids,
            )
        )
        return {
            close_id: {"timed_s": Decimal(seconds), "timed": timed, "untimed": untimed}
            for close_id, seconds, timed, untimed in rows
        }
