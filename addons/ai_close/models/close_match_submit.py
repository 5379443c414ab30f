"""The port's side of ai.close.match: rows of a run become proposals, absent ones are superseded."""

from odoo import api, models

from ..kernel.sod import SERVER
from .close_match_again import AGAIN

# What was decided stays decided: the same key is not proposed again (but see close_match_again.py).
DECIDED = ("accepted", "undone", "rejected")
BANDS = ("auto", "review", "ask")


def _lines_of(row):
    """Return the ids of a row's bank lines, the first one first."""
    first = row["statement_line_id"]
    return row.get("line_ids") or ([first] if first else [])


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def init(self):
        """Give proposals of the matcher the name that it has now: a run supersedes what bears its own."""
        result = super().init()
        self.env.cr.execute("UPDATE ai_close_match SET matcher = 'bank' WHERE matcher = 'exact'")
        return result

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Write the proposals of a run by their key and say what became of each."""
        run = run.sudo()
        Match = self.sudo()
        known = {match.key: match for match in Match.search([("key", "in", [row["key"] for row in rows])])}
        line_ids = [line for row in rows for line in _lines_of(row)]
        still_open = {
            each.statement_line_id.id: each.match_id
            for each in self.env["ai.close.match.line"]
            .sudo()
            .search([("statement_line_id", "in", line_ids), ("is_open", "=", True)])
        }
        # One read each for what the rows name, instead of one a row.
        self.env["account.bank.statement.line"].sudo().browse(line_ids).exists().move_id.line_ids.mapped(
            "account_id"
        )
        items = [item["line_id"] for row in rows for item in row["items"]]
        self.env["account.move.line"].sudo().browse(items).exists().mapped("account_id.reconcile")
        answers = []
        for row in rows:
            status, code, reason = self._submit_row(run, row, known, still_open)
            answers.append({"key": row["key"], "status": status, "reason": reason, "code": code})
        return answers

    def _submit_row(self, run, row, known, still_open):
        match = known.get(row["key"])
        if match and match.close_id != run.close_id:
            return "refused", "ENT010", self.env._("The match belongs to another close.")
        if match and match._stays_decided():
            match._guarded().write({"last_run_id": run.id})
            return "unchanged", None, match._state_label()
        problem = self._row_problem(run, row)
        if problem:
            return "superseded" if problem[0] == "ENT007" else "refused", problem[0], problem[1]
        formers = {still_open[line] for line in _lines_of(row) if line in still_open} - {match}
        if any(former.state == "accepted" or former.origin == "person" for former in formers):
            return "refused", "ENT007", self.env._("A person matched this bank line otherwise.")
        for former in formers:
            if former.state == "proposed":
                former._supersede(self.env._("Another match is proposed."))
        vals = self._row_vals(run, row)
        if not match:
            match = (
                self._guarded()
                .with_context(mail_create_nolog=True, mail_notrack=True)
                .create({**vals, "key": row["key"], "run_id": run.id, "origin": "agent"})
            )
            status = "created"
            known[row["key"]] = match
        elif match._same_as(vals):
            match._guarded().write({"last_run_id": run.id})
            status = "unchanged"
        else:
            match._guarded().write(
                {
                    **vals,
                    "item_ids": [(5, 0, 0), *vals["item_ids"]],
                    "line_ids": [(5, 0, 0), *vals["line_ids"]],
                }
            )
            status = "updated"
        if match.state in ("superseded", "undone"):
            match._transition("proposed", role=SERVER, vals=AGAIN if match.state == "undone" else None)
            status = "updated"
        still_open.update(dict.fromkeys(_lines_of(row), match))
        return status, None, None

    @api.model
    @api.private
    def _row_vals(self, run, row):
        """Return the values of a row; everything about the line is read here, not taken from the agent."""
        Line = self.env["ai.close.match.line"]
        lines = self.env["account.bank.statement.line"].sudo().browse(_lines_of(row))
        line = lines[:1]
        items = {
            item.id: item
            for item in self.env["account.move.line"]
            .sudo()
            .browse([each["line_id"] for each in row["items"]])
        }
        account = self.env["account.account"].sudo().browse(row.get("account_id") or ())
        confidence = float(row["confidence"])
        return {
            "close_id": run.close_id.id,
            "company_id": run.company_id.id,
            "last_run_id": run.id,
            "statement_line_id": line.id,
            **self._first_line_vals(line, run.company_id, list(items.values())),
            "line_ids": [(0, 0, Line._vals_of(each, at)) for at, each in enumerate(lines)],
            "write_offs": row.get("write_offs") or [],
            "account_id": account.id if self._fits_as_counterpart(run.company_id, account) else False,
            "model": row.get("model"),
            "kind": row["kind"],
            "matcher": row.get("matcher"),
            "confidence": confidence,
            "confidence_text": self._confidence_text(confidence),
            "band": row["band"] if row["band"] in BANDS else "ask",
            "reasons": row["reasons"],
            "alternatives": row.get("alternatives") or [],
            "proposed_by_id": self.env.uid,
            "item_ids": [
                (
                    0,
                    0,
                    {
                        "sequence": at,
                        "move_line_id": each["line_id"],
                        "amount": float(each["amount"]),
                        "amount_currency": float(each["amount_currency"]),
                        "currency_id": items[each["line_id"]].currency_id.id,
                    },
                )
                for at, each in enumerate(row["items"])
            ],
        }

    @api.model
    @api.private
    def _first_line_vals(self, line, company, items):
        """Return what the list shows of a match: its first bank line, or what items without one say."""
        if line:
            return {
                "line_date": line.date,
                "line_label": line.payment_ref or line.name,
                "line_amount": line.amount,
                "currency_id": line.currency_id.id,
            }
        return {
            "line_date": max((item.date for item in items), default=False),
            "line_label": ", ".join(item.move_id.name or "" for item in items)[:200],
            "line_amount": 0,
            "currency_id": company.sudo().currency_id.id,
        }

    def _same_as(self, vals):
        """Tell whether the row says what the proposal says already."""
        plain = ("kind", "matcher", "band", "confidence_text", "line_label", "model")
        if any((self[name] or None) != (vals[name] or None) for name in plain):
            return False
        if (self.write_offs or []) != vals["write_offs"] or self.account_id.id != vals["account_id"]:
            return False
        if (self.reasons or []) != vals["reasons"] or (self.alternatives or []) != vals["alternatives"]:
            return False
        mine = [(item.move_line_id.id, item.amount, item.amount_currency) for item in self.item_ids]
        theirs = [
            (item["move_line_id"], item["amount"], item["amount_currency"])
            for _c, _i, item in vals["item_ids"]
        ]
        return [each[0] for each in mine] == [each[0] for each in theirs] and all(
            not item.company_currency_id.compare_amounts(item.amount, other[1])
            and not (item.currency_id or item.company_currency_id).compare_amounts(
                item.amount_currency, other[2]
            )
            for item, other in zip(self.item_ids, theirs, strict=True)
        )

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Supersede the agent's open proposals that a completed matcher did not make again."""
        gone = self.sudo().search(
            [
                ("close_id", "=", run.close_id.id),
                ("state", "=", "proposed"),
                ("origin", "=", "agent"),
                "|",
                "&",
                ("matcher", "in", scopes.get("matchers", [])),
                ("last_run_id", "!=", run.id),
                ("key", "in", scopes.get("withdrawn", [])),
            ]
        )
        gone._transition(
            "superseded", role=SERVER, reason=self.env._("Not proposed by %s.", run.display_name)
        )
        return {"superseded": len(gone)}

    @api.model
    @api.private
    def _decisions(self, close):
        """Return what people decided of the matches of ``close``, for the agent's next run."""
        found = self.sudo().search_fetch(
            [("close_id", "=", close.id), ("state", "in", DECIDED)], ["key", "state", "undone_proof"]
        )
        return [
            {"kind": "match", "key": match.key, "state": match.state}
            for match in found
            if match._stays_decided()
        ]

    @api.model
    @api.private
    def _propose_by_person(self, lines, items, account=None, label=None):
        """Make the proposal of a person for bank ``lines``; open ones of the agent make room."""
        lines = lines.sudo()
        self._need_fit_by_hand(lines, items, account)
        return self._make_by_person(
            lines,
            items,
            {
                "kind": "manual",
                "write_off_account_id": account.id if account else False,
                "write_off_label": label,
                "item_ids": [(0, 0, vals) for vals in self._shares(lines, items, whole=bool(account))],
            },
        )

    @api.model
    @api.private
    def _in_order(self, items):
        """Return items in the order in which a person's choice pays them: the first due first."""
        return items.sorted(lambda item: (item.date_maturity or item.date, item.id))

    def _shares(self, lines, items, whole=False):
        """Return item values that take each item in full, or (unless ``whole``) as far as the lines go."""
        company_currency = lines.company_id.currency_id
        rest = float(-sum(self._on_suspense(line) for line in lines))
        vals_list = []
        for at, item in enumerate(self._in_order(items.sudo())):
            amount, amount_currency = item.amount_residual, item.amount_residual_currency
            same_side = amount * rest > 0 and not whole
            if (
                same_side
                and company_currency.compare_amounts(abs(amount), abs(rest)) > 0
                and item.currency_id == company_currency
            ):
                amount = amount_currency = rest
            rest = company_currency.round(rest - amount)
            vals_list.append(
                {
                    "sequence": at,
                    "move_line_id": item.id,
                    "amount": amount,
                    "amount_currency": amount_currency,
                    "currency_id": item.currency_id.id,
                }
            )
        return vals_list
