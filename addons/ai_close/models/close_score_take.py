"""Comparing a month's proposals with its books, a kind at a time: (tally, amount, amount of the extra)."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..kernel.money import fmt
from ..kernel.score import Tally, fits, pair, tally_items
from .close_entry_submit import BY_PEOPLE

# A proposal that is not among these any more was taken back by the agent itself.
ENTRY_LIVE = ("proposed", "prepared", "reviewed", "stale")


class AiClose(models.Model):
    _inherit = "ai.close"

    # -- bank matches: was the line reconciled with the same items?

    @api.private
    def _score_match(self, final):
        proposals = {}
        for match in self.env["ai.close.match"].search(
            [("close_id", "=", self.id), ("origin", "=", "agent"), ("statement_line_id", "!=", False)],
            order="last_run_id, id",
        ):
            if match.item_ids:
                # the latest proposal for a line counts
                proposals[match.statement_line_id.id] = match
        booked, settled, amounts = self._booked_matches(list(proposals))
        verdicts = tally_items(
            {line: match.item_ids.move_line_id.ids for line, match in proposals.items()}, booked, settled
        )
        cases = [
            (
                proposals[line].band if line in proposals else "",
                _not_booked(final) if verdict == "waiting" else verdict,
                amounts.get(line, 0.0),
                verdict == "extra" and bool(booked.get(line)),
            )
            for line, verdict in verdicts.items()
        ]
        return self._tallied(cases)

    def _booked_matches(self, line_ids):
        """Return (bank line -> items settled with it, settled lines, bank line -> amount) of the month's
        lines and ``line_ids``."""
        self.env.flush_all()
        lines = SQL(
            """
            SELECT line.id, line.move_id, line.is_reconciled, abs(move.amount_total_signed) AS amount
              FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
             WHERE line.company_id IN %s AND move.state = 'posted'
               AND (move.date BETWEEN %s AND %s OR line.id IN %s)
            """,
            self._family_ids(),
            self.period_start,
            self.period_end,
            tuple(line_ids) or (0,),
        )
        rows = self.env.execute_query(
            SQL(
                """
            WITH lines AS (%s),
            own AS (SELECT lines.id AS line_id, item.id AS item_id, lines.move_id
                      FROM lines JOIN account_move_line item ON item.move_id = lines.move_id),
            settled AS (
                SELECT own.line_id, part.credit_move_id AS item_id, own.move_id
                  FROM own JOIN account_partial_reconcile part ON part.debit_move_id = own.item_id
                UNION
                SELECT own.line_id, part.debit_move_id, own.move_id
                  FROM own JOIN account_partial_reconcile part ON part.credit_move_id = own.item_id)
            SELECT settled.line_id, settled.item_id
              FROM settled JOIN account_move_line item ON item.id = settled.item_id
              LEFT JOIN account_partial_reconcile exchange ON exchange.exchange_move_id = item.move_id
             WHERE item.move_id <> settled.move_id AND exchange.id IS NULL
            """,
                lines,
            )
        )
        booked = defaultdict(set)
        for line_id, item_id in rows:
            booked[line_id].add(item_id)
        settled, amounts = set(), {}
        for line_id, _move_id, is_reconciled, amount in self.env.execute_query(lines):
            amounts[line_id] = float(amount or 0.0)
            if is_reconciled or line_id in booked:
                settled.add(line_id)
        return dict(booked), settled, amounts

    # -- staged entries: was a posted entry with the same accounts and amounts found in the period?

    @api.private
    def _score_entry(self, final):
        policy = self.env["ai.close.policy"]._in_force_above(self.company_id)
        decimals = self.currency_id.decimal_places
        tolerance = Decimal(str(policy.params.get("tolerance_units", 1))) * Decimal(1).scaleb(-decimals)
        proposed = {
            entry: self._by_account(entry.line_ids, decimals)
            for entry in self.entry_ids
            if entry.proposer not in BY_PEOPLE
            and entry.state not in ("posted", "reversed", "rejected", "approved")
        }
        booked = {move: self._by_account(move.line_ids, decimals) for move in self._booked_entries()}
        spans = {
            id(amounts): (Decimal(fmt(entry.amount_min, decimals)), Decimal(fmt(entry.amount_max, decimals)))
            for entry, amounts in proposed.items()
            if entry.is_estimate
        }
        pairs, left = pair(
            proposed,
            booked,
            lambda mine, theirs: fits(mine, theirs, tolerance, spans.get(id(mine))),
        )
        cases = [
            (entry.proposer, "hit" if entry in pairs else _not_booked(final), entry.amount_total, False)
            for entry in proposed
            if entry in pairs or entry.state in ENTRY_LIVE
        ]
        journal = policy.params.get("adjustment_journal_id")
        # other miscellaneous entries are no adjustments that somebody could have proposed
        missed = [move for move in left if move.journal_id.id == journal and not move.reversed_entry_id]
        return self._tallied(cases + [("", "miss", 0.0, False)] * len(missed))

    def _booked_entries(self):
        """Return the posted entries of the month that people made by hand."""
        return self.env["account.move"].search(
            [
                ("company_id", "in", list(self._family_ids())),
                ("state", "=", "posted"),
                ("move_type", "=", "entry"),
                ("journal_id.type", "=", "general"),
                ("date", ">=", self.period_start),
                ("date", "<=", self.period_end),
                ("statement_line_id", "=", False),
                ("tax_cash_basis_rec_id", "=", False),
                "|",
                ("ai_close_entry_id", "=", False),
                ("ai_close_entry_id.proposer", "in", BY_PEOPLE),
            ],
            order="date, id",
        )

    @api.model
    def _by_account(self, lines, decimals):
        """Return account -> exact balance; an account that nets to nothing says nothing."""
        found = defaultdict(Decimal)
        for line in lines:
            if line.account_id:
                found[line.account_id.id] += Decimal(fmt(line.balance, decimals))
        return {account: amount for account, amount in found.items() if amount}

    # -- findings: was it corrected?

    @api.private
    def _score_finding(self, final):
        cases = []
        for finding in self.finding_ids.filtered(lambda finding: not finding.by_server):
            verdict = "hit" if self._was_corrected(finding) else _not_booked(final)
            cases.append((finding.rule, verdict, abs(finding.amount), False))
        return self._tallied(cases, misses_known=False)

    @api.model
    def _was_corrected(self, finding):
        """Tell whether the data shows the finding no more, or its entry was deleted, unposted or reversed."""
        if finding.state in ("closed", "fixed"):
            return True
        if finding.anchor_model not in self.env:
            return False
        anchor = self.env[finding.anchor_model].browse(finding.anchor_id).exists()
        if not anchor:
            return True
        if finding.anchor_model == "account.move":
            since = finding.create_date
            gone = anchor.state == "cancel" or any(
                move.state == "posted" and move.ai_close_posted_at and move.ai_close_posted_at >= since
                for move in anchor.reversal_move_ids
            )
            return bool(gone)
        return False

    # -- adding up

    @api.model
    def _tallied(self, cases, misses_known=True):
        """Add up ``(part, verdict, amount, also missed)`` to part -> (tally, amount, amount of the extra)."""
        parts = {"": [], **{part: [] for part, _verdict, _amount, _missed in cases if part}}
        for case in cases:
            parts[""].append(case)
            if case[0]:
                parts[case[0]].append(case)
        found = {}
        for part, own in parts.items():
            counts = dict.fromkeys(("hit", "extra", "miss", "waiting"), 0)
            for _part, verdict, _amount, missed in own:
                counts[verdict] += 1
                counts["miss"] += missed
            tally = Tally(
                counts["hit"],
                counts["extra"],
                # who proposes in which part what nobody proposed is not known
                counts["miss"] if misses_known and not part else None,
                counts["waiting"],
            )
            amount = sum(amount for _p, verdict, amount, _m in own if verdict in ("hit", "extra"))
            extra = sum(amount for _p, verdict, amount, _m in own if verdict == "extra")
            found[part] = (tally, amount, extra)
        return found


def _not_booked(final):
    """Return what a proposal is that nobody booked: until the lock somebody still may."""
    return "extra" if final else "waiting"
