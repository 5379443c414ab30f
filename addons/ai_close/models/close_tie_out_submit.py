"""The port's side of ai.close.tie.out: what a run computed, checked against the server's own sum."""

from odoo import api, fields, models

from ..kernel.canonical import digest
from ..kernel.money import exact, fmt, parse
from ..kernel.sod import SERVER
from ..kernel.tie_out import KINDS, is_due, is_high_risk
from .close_tie_out import BY_HAND, NO_DATA, READ, SIGNED, UNSIGNED
from .refusal import CloseRefusal

# What makes a row another one for who signed it.
COMPARED = ("balance", "other_balance", "source_state", "source")


class CloseTieOut(models.Model):
    _inherit = "ai.close.tie.out"

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Write the tie-outs of a run by their key and say what became of each."""
        run = run.sudo()
        domain = [("company_id", "=", run.company_id.id), ("key", "in", [row["key"] for row in rows])]
        known = {record.key: record for record in self.sudo().search(domain)}
        answers = []
        for row in rows:
            try:
                with self.env.cr.savepoint():
                    status, code, reason = self._submit_row(run, row, known.get(row["key"]))
            except CloseRefusal as refusal:
                status, code, reason = "refused", refusal.code, refusal.sentence
            answers.append({"key": row["key"], "status": status, "reason": reason, "code": code})
        return answers

    def _submit_row(self, run, row, record):
        if record and record.close_id != run.close_id:
            return "refused", "ENT010", self.env._("The tie-out belongs to another close.")
        currency = self.env["res.currency"].sudo().search([("name", "=", row["currency"])], limit=1)
        problem = self._row_problem(run, row, currency)
        if problem:
            return "refused", "RUN010", problem
        spec = {
            "company_id": run.company_id.id,
            "date": row["date"],
            "account_ids": row["account_ids"],
            "partner_id": row["partner_id"],
            "currency_id": currency.id if row["by_currency"] else None,
        }
        ((amount, own),) = self._sums([spec])
        now = fmt(amount, currency.decimal_places)
        if parse(now) != parse(row["balance"]):
            # what the agent read is older than what stands here
            sentence = self.env._("The ledger shows %(now)s, not %(read)s.", now=now, read=row["balance"])
            return "refused", "ENT060", sentence
        vals = self._row_vals(run, row, currency, own)
        if record and record.source_state == BY_HAND and row["source_state"] == NO_DATA:
            # a person said what nobody could read; that stays as long as the ledger does
            vals = record._kept_by_hand(vals)
        return self._take(run, row, record, vals)

    def _row_problem(self, run, row, currency):
        """Say why the row can't become a tie-out of this run's close, or None."""
        if row["key"].split(":")[:3] != ["TIE", str(run.company_id.id), row["date"]]:
            return self.env._("the key does not name the company and the day")
        if fields.Date.to_date(row["date"]) != run.close_id.period_end:
            return self.env._("the day is not the last one of the period")
        if (row["source_state"] == NO_DATA) != (row["other"] is None):
            return self.env._("no data has no amount, and an amount is data")
        if not currency or (not row["by_currency"] and currency != run.company_id.currency_id):
            return self.env._("there is no such currency")
        accounts = self.env["account.account"].sudo().browse(row["account_ids"]).exists()
        if len(accounts) != len(set(row["account_ids"])) or not all(
            account.company_ids & run.company_id.parent_ids for account in accounts
        ):
            return self.env._("an account is gone or of another company")
        if row["partner_id"] and not self.env["res.partner"].sudo().browse(row["partner_id"]).exists():
            return self.env._("the partner is gone")
        return None

    def _row_vals(self, run, row, currency, own):
        has_data = row["other"] is not None
        balance, other = parse(row["balance"]), parse(row["other"] or "0")
        explained = sum(
            (parse(item["amount"]) for item in row["items"] if has_data and item["effect"] == "explains"),
            parse("0"),
        )
        difference = balance - other if has_data else parse("0")
        policy = self.env["ai.close.policy"]._in_force_above(run.company_id)
        params = policy.sudo().params or {}
        tolerance = exact(currency.rounding) * int(params.get("tolerance_units", 1))
        ties = has_data and abs(difference - explained) <= tolerance
        due = is_due(
            params, row["kind"], row["account_ids"], run.close_id.period_end,
            year_end=run.close_id.kind in ("year", "adjustment"),
        )  # fmt: skip
        return {
            "kind": row["kind"],
            "area": KINDS[row["kind"]][0],
            "name": row["name"],
            "date": row["date"],
            "account_ids": [(6, 0, row["account_ids"])],
            "partner_id": row["partner_id"] or False,
            "currency_id": currency.id,
            "by_currency": row["by_currency"],
            "source_state": READ if has_data else NO_DATA,
            "source": row["source"],
            "why": row["why"] or False,
            "balance": float(balance),
            "balance_own": float(own),
            "other_balance": float(other),
            "difference": float(difference),
            "explained": float(explained),
            "open_amount": float(difference - explained),
            "no_data_count": int(not has_data),
            "ties": ties,
            "high_risk": is_high_risk(params, row["kind"]),
            "required": due or not ties,
            "given_by_id": False,
            "row_digest": digest(row),
            "item_ids": [(5, 0, 0), *((0, 0, vals) for vals in _item_vals(row["items"]))],
        }

    @api.private
    def _kept_by_hand(self, vals):
        """Return new values under what a person said of the other side."""
        other = self.other_balance
        difference = float(exact(vals["balance"]) - exact(other))
        return {
            **vals,
            "source_state": BY_HAND,
            "source": self.source,
            "why": False,
            "other_balance": other,
            "difference": difference,
            "explained": 0.0,
            "open_amount": difference,
            "no_data_count": 0,
            "ties": self.currency_id.is_zero(difference),
            "required": vals["high_risk"] or vals["required"],
            "given_by_id": self.given_by_id.id,
        }

    def _take(self, run, row, record, vals):
        """Write what came in; the signatures of other numbers are struck first."""
        state = "no_data" if vals["source_state"] == NO_DATA else "open"
        if not record:
            record = self._guarded().create(
                {
                    **vals,
                    "key": row["key"],
                    "close_id": run.close_id.id,
                    "run_id": run.id,
                    "last_run_id": run.id,
                    "state": state,
                }
            )
            record._guarded().write({"payload_digest": record._digest_now()})
            return "created", None, None
        if record.row_digest == vals["row_digest"] and record.state in (state, *SIGNED):
            # nothing of what may be signed is written again; only whose turn it is may be another policy's
            turn = {name: vals[name] for name in ("high_risk", "required")}
            record._guarded().write(turn | {"last_run_id": run.id})
            return "unchanged", None, None
        was = {name: record[name] for name in COMPARED}
        record._guarded().write({**vals, "run_id": run.id, "last_run_id": run.id})
        record._guarded().write({"payload_digest": record._digest_now()})
        if record.state in SIGNED:
            record._strike(record._what_changed(was))
        if record.state != state:
            record._transition(
                state, role=SERVER, reason=self.env._("Computed by %s.", run.display_name), vals=UNSIGNED
            )
        return "updated", None, None

    @api.private
    def _what_changed(self, was):
        """Say which number of a signed tie-out is another one now."""
        places = self.currency_id.decimal_places
        labels = {"balance": self.env._("Ledger"), "other_balance": self.env._("Other side")}
        parts = [
            f"{label}: {fmt(was[name], places)} → {fmt(self[name], places)}"
            for name, label in labels.items()
            if was[name] != self[name]
        ]
        return self.env._("Computed again. %s", "; ".join(parts) or self.env._("Its items changed."))

    # -- the end of a run

    @api.model
    @api.private
    def _decisions(self, close):
        """The agent adds up anew whatever people signed."""
        return []

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Drop what a completed kind did not compute again; what was signed waits for people."""
        gone = self.sudo().search(
            [
                ("close_id", "=", run.close_id.id),
                ("state", "!=", "dropped"),
                "|",
                "&",
                ("kind", "in", scopes.get("tie_outs", [])),
                ("last_run_id", "!=", run.id),
                ("key", "in", scopes.get("withdrawn", [])),
            ]
        )
        why = self.env._("%s computed it no more.", run.display_name)
        gone.filtered(lambda record: record.state in SIGNED)._strike(why)
        gone._transition("dropped", role=SERVER, reason=why, vals=UNSIGNED | {"required": False})
        return {"superseded": len(gone)}


def _item_vals(items):
    for sequence, item in enumerate(items):
        record = item["record"] or {}
        yield {
            "sequence": sequence,
            "effect": item["effect"],
            "what": item["what"],
            "label": item["label"],
            "amount": float(item["amount"]),
            "date": item["date"],
            "age_days": item["age_days"],
            "count": item["count"],
            "res_model": record.get("model") or False,
            "res_id": record.get("id") or False,
        }
