"""Two years of closes by SQL: tasks, findings, bank lines with their matches, runs and figures."""

import json
import os
import statistics
import time
from pathlib import Path

from odoo.addons.ai_close.tests.close_common import CloseCase

MONTHS = 24
# Half of the findings are in the close on the screen.
_GROW = """
    INSERT INTO ai_close_finding (key, close_id, company_id, currency_id, rule, severity, severity_rank,
                                  title, state, amount, create_uid, create_date)
        SELECT 'BENCH:' || number, (%(closes)s::int[])[CASE WHEN number %% 2 = 0 THEN 1
                   ELSE 1 + number %% %(months)s END],
               %(company)s, %(currency)s, 'CMP001',
               (ARRAY['critical', 'high', 'medium', 'low'])[1 + number %% 4],
               number %% 4, 'Finding ' || number,
               (ARRAY['open', 'assigned', 'explained', 'waived', 'closed'])[1 + number %% 5],
               number, 1, now() - (number %% 60) * interval '1 day'
          FROM generate_series(1, %(findings)s) number;
    ALTER TABLE account_move DISABLE TRIGGER USER;
    CREATE TEMP TABLE grown AS
        SELECT nextval('account_move_id_seq') AS move_id,
               nextval('account_bank_statement_line_id_seq') AS line_id,
               nextval('ai_close_match_id_seq') AS match_id, close.id AS close_id, number,
               close.period_start + (number %% 28)::int AS day
          FROM ai_close close, generate_series(1, %(lines)s) number WHERE close.company_id = %(company)s;
    INSERT INTO account_move (id, name, date, state, journal_id, company_id, currency_id, move_type,
                              auto_post, payment_state, create_uid, write_uid)
        SELECT move_id, 'BENCH/' || move_id, day, 'posted', %(journal)s, %(company)s, %(currency)s, 'entry',
               'no', 'not_paid', 1, 1 FROM grown;
    INSERT INTO account_bank_statement_line (id, move_id, journal_id, company_id, currency_id, amount,
                                             payment_ref, is_reconciled, create_uid, write_uid)
        SELECT line_id, move_id, %(journal)s, %(company)s, %(currency)s, number, 'BENCH ' || line_id,
               number %% 10 > 0, 1, 1 FROM grown;
    INSERT INTO ai_close_match (id, key, close_id, company_id, statement_line_id, kind, band, origin, state,
                                accepted_by_id, accepted_with, create_uid)
        SELECT match_id, 'BENCH:' || match_id, close_id, %(company)s, line_id, 'items',
               (ARRAY['auto', 'review', 'ask'])[1 + number %% 3],
               'agent', CASE WHEN number %% 10 > 0 THEN 'accepted' ELSE 'proposed' END, 2, 1, 1 FROM grown;
    INSERT INTO ai_close_match_line (match_id, company_id, statement_line_id, is_open)
        SELECT match_id, %(company)s, line_id, true FROM grown;
    UPDATE account_move SET statement_line_id = line_id FROM grown WHERE account_move.id = move_id;
    ALTER TABLE account_move ENABLE TRIGGER USER;
    INSERT INTO ai_close_run (company_id, close_id, run_key, state, trigger, cost, date_start, date_end,
                              user_id, create_uid)
        SELECT %(company)s, close.id, 'bench-' || close.id || '-' || number, 'done', 'nightly', 0.41, now(),
               now(), %(agent)s, 1
          FROM ai_close close, generate_series(1, 5) number WHERE close.company_id = %(company)s;
"""


class Books:
    """A company with two years of closes."""

    def __init__(self, env, findings, lines):
        company = env["res.company"].search([("name", "=", CloseCase.COMPANY)], limit=1)
        self.company = company
        user = env["res.users"].search([("login", "=", "close_carla")], limit=1)
        agent = env["res.users"].search([("login", "=", "close_robot")], limit=1)
        closes = env["ai.close"]
        for month in range(MONTHS):
            year, number = divmod(2024 * 12 + 10 + month, 12)
            closes |= env["ai.close"]._for_period(company, f"{year}-{number + 1:02}-15")
        journal = env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        env.flush_all()
        env.cr.execute(
            _GROW,
            {
                "closes": closes.sorted("period_end", reverse=True).ids, "months": MONTHS,
                "company": company.id, "currency": company.currency_id.id, "findings": findings,
                "lines": lines, "journal": journal.id, "agent": agent.id,
            },
        )  # fmt: skip
        env.invalidate_all()
        closes = closes.sudo()
        closes.sorted("period_end")[:-1]._guarded().write({"state": "locked"})
        start = time.perf_counter()
        closes._take_figures()
        env.flush_all()
        self.taken_s = time.perf_counter() - start
        env.cr.execute(
            "ANALYZE ai_close_finding, ai_close_match, ai_close_match_line, account_move,"
            " account_bank_statement_line, ai_close_figure"
        )
        env.cr.commit()
        self.model = env["ai.close"].with_user(user).with_context(allowed_company_ids=company.ids)

    def timed(self, name, rounds):
        """Return seconds of each call with nothing remembered, and the database calls of the last one."""
        times, before_all = [], 0.0
        for _round in range(rounds + 1):
            self.model.env.invalidate_all()
            before = self.model.env.cr.sql_log_count
            start = time.perf_counter()
            answer = json.dumps(getattr(self.model, name)(), default=str)
            times.append(time.perf_counter() - start)
            # the first one fills the registry's caches, as the first visitor of a day does
            before_all = before_all or self._processor_s()
        return {
            "first_s": times[0], "median_s": statistics.median(times[1:]),
            "least_s": min(times[1:]), "processor_s": (self._processor_s() - before_all) / rounds,
            "queries": self.model.env.cr.sql_log_count - before, "bytes": len(answer),
        }  # fmt: skip

    def _processor_s(self):
        """Return the seconds of processor that this process and its database backend have used."""
        self.model.env.cr.execute("SELECT pg_backend_pid()")
        (pid,) = self.model.env.cr.fetchone()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def measured(self, rounds):
        """Return the times of the cockpit and of the page of all companies, and what they were read from."""
        cockpit = self.model.cockpit()
        assert len(cockpit["trend"]) == 12, cockpit["trend"]
        assert sum(row["total"] for row in cockpit["ages"]) > 1000
        return {
            "cockpit": self.timed("cockpit", rounds),
            "group": self.timed("cockpit_group", rounds),
            "taken_s": self.taken_s,
        }
