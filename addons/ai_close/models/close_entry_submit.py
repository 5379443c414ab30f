"""The port's side of ai.close.entry: a run's rows become staged entries, absent ones are superseded."""

from datetime import date
from decimal import Decimal, InvalidOperation

from odoo import api, models

from ..kernel import canonical
from ..kernel.analytic import analytic_ids, analytic_shares
from ..kernel.money import fmt, parse
from ..kernel.proposers import NAMES
from ..kernel.shape import PayloadError
from ..kernel.sod import SERVER
from .close_entry import UNSIGNED
from .refusal import CloseRefusal

# What people make: a journal entry that they wrote themselves, a reversal that they ask for.
BY_PEOPLE = ("MAN", "REV")
DECIDED = ("approved", "posted", "reversed", "rejected")
# A proposal may not rest on another conclusion alone: that would be a plug.
NO_EVIDENCE = ("ai.close.finding", "ai.close.match", "ai.close.entry", "ai.close")
MAX_DIGITS = 18


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Write the staged entries of a run by their key and say what became of each."""
        run = run.sudo()
        known = {
            entry.key: entry for entry in self.sudo().search([("key", "in", [row["key"] for row in rows])])
        }
        answers = []
        for row in rows:
            try:
                with self.env.cr.savepoint():
                    status, code, reason = self._submit_row(run, row, known.get(row["key"]))
            except CloseRefusal as refusal:
                status, code, reason = "refused", refusal.code, refusal.sentence
            answers.append({"key": row["key"], "status": status, "reason": reason, "code": code})
        return answers

    def _submit_row(self, run, row, entry):
        if entry and entry.close_id != run.close_id:
            return "refused", "ENT010", self.env._("The entry belongs to another close.")
        problem = self._row_problem(run, row)
        if problem:
            return "refused", problem[0], problem[1]
        vals, sources = self._row_vals(run, row), self._row_sources(run, row)
        if any(source["facts"] is None for source in sources):
            return "refused", "ENT008", self.env._("A cited source is gone.")
        digest = canonical.digest(
            {
                "row": {name: row[name] for name in ("date", "reversal_date", "ref", "lines", "calculation")},
                "sources": sorted(each["digest"] for each in sources),
            }
        )
        if entry and entry.state in DECIDED:
            entry._guarded().write({"last_run_id": run.id})
            if entry.proposed_digest == digest:
                return "unchanged", None, entry._state_label()
            return (
                "refused",
                "ENT001",
                self.env._("%(name)s is %(state)s already.", name=entry.name, state=entry._state_label()),
            )
        if entry and entry.proposed_digest == digest and entry.state in ("proposed", "prepared", "reviewed"):
            entry._guarded().write({"last_run_id": run.id})
            return "unchanged", None, None
        said_no = None if entry else self._said_no(run, row)
        if said_no:
            return "unchanged", None, self.env._("The same was rejected: %s", said_no.reject_reason or "-")
        vals["proposed_digest"] = digest
        lines = [(0, 0, each) for each in self._row_lines(run.company_id, row)]
        cited = [(0, 0, each) for each in sources]
        if not entry:
            entry = self._guarded().create(
                {
                    **vals,
                    "key": row["key"],
                    "run_id": run.id,
                    "line_ids": lines,
                    "source_ids": cited,
                    "change_log": [],
                }
            )
            entry._sum_up()
            return "created", None, None
        before = entry._payload()
        entry._guarded().write(
            {
                **vals,
                **UNSIGNED,
                "line_ids": [(5, 0, 0), *lines],
                "source_ids": [(5, 0, 0), *cited],
                "editor_ids": [(5, 0, 0)],
            }
        )
        entry._sum_up()
        entry._log_change("computed again", before, entry._payload())
        if entry.state in ("prepared", "reviewed"):
            # Signatures were for the former numbers.
            entry._transition("stale", role=SERVER)
        if entry.state != "proposed":
            entry._transition("proposed", role=SERVER, reason=self.env._("Computed again."))
        return "updated", None, None

    # -- what a row has to be

    def _row_problem(self, run, row):
        """Return ``(code, why)`` when the row can't become an entry, else None."""
        company, close = run.company_id, run.close_id
        if row["key"].split(":")[:2] != [row["proposer"], str(company.id)]:
            return "RUN010", self.env._("The key does not name the proposer and the company.")
        if row["proposer"] in BY_PEOPLE:
            return "RUN010", self.env._("Such an entry is made by people.")
        day = date.fromisoformat(row["date"])
        if not close.period_start <= day <= close.period_end:
            return "ENT010", self.env._("The entry is not dated in the period.")
        if row["reversal_date"] and date.fromisoformat(row["reversal_date"]) <= close.period_end:
            return "ENT010", self.env._("The reversal is not dated after the period.")
        if not self._row_journal(run):
            return "POL002", self.env._("The policy names no journal for adjustments.")
        return self._line_problem(company, row) or self._calculation_problem(row)

    def _line_problem(self, company, row):
        total = sum((parse(line["balance"]) for line in row["lines"]), Decimal(0))
        if total or not any(parse(line["balance"]) for line in row["lines"]):
            return "ENT003", self.env._("The lines do not balance.")
        own = company.currency_id.name
        if any(
            line["currency"] == own and parse(line["amount_currency"]) != parse(line["balance"])
            for line in row["lines"]
        ):
            return "ENT003", self.env._("A line has two amounts in the company's currency.")
        ids = {line["account_id"] for line in row["lines"]}
        accounts = self.env["account.account"].sudo().browse(ids).exists()
        if len(accounts) != len(ids) or not all(
            account.active and account.company_ids & company.parent_ids for account in accounts
        ):
            return "ENT010", self.env._("An account is archived or of another company.")
        ids = {line["partner_id"] for line in row["lines"] if line["partner_id"]}
        if len(self.env["res.partner"].sudo().browse(ids).exists().filtered("active")) != len(ids):
            return "ENT010", self.env._("A partner is archived or gone.")
        names = {line["currency"] for line in row["lines"]}
        if len(self._currencies(names)) != len(names):
            return "ENT010", self.env._("A currency is not active.")
        return self._analytic_problem(company, row)

    def _analytic_problem(self, company, row):
        """Say why the analytic shares that a source carried can't stand on a line of this company."""
        ids = set()
        try:
            for line in row["lines"]:
                ids |= analytic_ids(line.get("analytic"))
        except PayloadError as error:
            return "RUN010", str(error)
        found = self.env["account.analytic.account"].sudo().browse(ids).exists()
        if len(found) != len(ids) or not all(
            each.active and (not each.company_id or each.company_id in company.parent_ids) for each in found
        ):
            return "ENT010", self.env._("An analytic account is archived, gone or of another company.")
        return None

    def _calculation_problem(self, row):
        """Refuse a plug: the calculation has to be there, add up and yield the lines."""
        rows, columns = row["calculation"]["rows"], row["calculation"]["columns"]
        at = next((at for at, name in enumerate(columns) if name.lower() == "amount"), len(columns) - 1)
        try:
            amounts = [_amount(each[at]) for each in rows]
            total = _amount(row["calculation"]["total"])
        except OverflowError:
            return "RUN010", self.env._("The calculation has an amount that is no finite number.")
        except (InvalidOperation, IndexError, TypeError, ValueError):
            return "ENT010", self.env._("The calculation has no amounts.")
        debits = sum(
            (parse(line["balance"]) for line in row["lines"] if not line["balance"].startswith("-")),
            Decimal(0),
        )
        net, size = sum(amounts, Decimal(0)), sum((abs(each) for each in amounts), Decimal(0))
        # A negative open quantity turns its line around, and lines may be joined by account: then the
        # debits lie between the net sum of the calculation and the sum of its sizes.
        if not rows or total not in (net, debits) or not abs(net) <= debits <= size:
            return "ENT010", self.env._("The lines are not what the calculation yields.")
        if all(source["model"] in NO_EVIDENCE for source in row["sources"]):
            return "ENT008", self.env._("The entry rests on no record of the books.")
        return None

    # -- values

    @api.model
    def _row_journal(self, run):
        params = self.env["ai.close.policy"]._in_force(run.company_id).params or {}
        return self.env["account.journal"].sudo().browse(params.get("adjustment_journal_id")).exists()

    @api.model
    def _currencies(self, names):
        return {
            each.name: each for each in self.env["res.currency"].sudo().search([("name", "in", list(names))])
        }

    def _row_vals(self, run, row):
        close = run.close_id
        title = NAMES.get(row["proposer"], row["proposer"])
        return {
            "name": f"{title}, {close.name}",
            "close_id": close.id,
            "company_id": run.company_id.id,
            "last_run_id": run.id,
            "proposer": row["proposer"],
            "date": row["date"],
            "reversal_date": row["reversal_date"],
            "journal_id": self._row_journal(run).id,
            "ref": row["ref"],
            "narration": row["narration"],
            "calculation": row["calculation"],
            "confidence": float(row["confidence"]),
            "amount_min": float(row["amount_min"]),
            "amount_max": float(row["amount_max"]),
            "is_estimate": row["is_estimate"],
        }

    def _row_lines(self, company, row):
        currencies = self._currencies({line["currency"] for line in row["lines"]})
        partners = self.env["res.partner"].sudo().browse
        shares = {}
        for line in row["lines"]:
            key = (line["account_id"], line["partner_id"])
            if "analytic" not in line and key not in shares:
                shares[key] = self._row_analytic(company, *key)
        return [
            {
                "sequence": 10 * (at + 1),
                "account_id": line["account_id"],
                "partner_id": partners(line["partner_id"]).commercial_partner_id.id
                if line["partner_id"]
                else False,
                "name": line["name"] or row["ref"] or row["proposer"],
                "balance": float(line["balance"]),
                "amount_currency": float(
                    fmt(parse(line["amount_currency"]), currencies[line["currency"]].decimal_places)
                ),
                "currency_id": currencies[line["currency"]].id,
                "analytic_distribution": analytic_shares(line["analytic"])
                if "analytic" in line
                else shares[line["account_id"], line["partner_id"]],
            }
            for at, line in enumerate(row["lines"])
        ]

    def _row_analytic(self, company, account_id, partner_id):
        """Return the shares that Odoo's distribution models give such a line, for people to see and sign."""
        account = self.env["account.account"].with_company(company).sudo().browse(account_id)
        partner = self.env["res.partner"].sudo().browse(partner_id or [])
        return (
            self.env["account.analytic.distribution.model"]
            .sudo()
            ._get_distribution(
                {
                    "product_id": False,
                    "product_categ_id": False,
                    "partner_id": partner.id,
                    "partner_category_id": partner.category_id.ids,
                    "account_prefix": account.code,
                    "company_id": company.id,
                }
            )
            or False
        )

    def _row_sources(self, run, row):
        """Return the cited records with their facts of now, read by the server itself."""
        by_model = {}
        for source in row["sources"]:
            by_model.setdefault(source["model"], {})[source["id"]] = source["label"]
        found = []
        for model, labels in sorted(by_model.items()):
            cited = self.env["ai.close.source"]._cited(
                model, sorted(labels), date.fromisoformat(row["date"]), run.company_id
            )
            found += [
                {"model": model, "res_id": res_id, "label": labels[res_id], "facts": facts, "digest": digest}
                for res_id, (facts, digest) in cited.items()
            ]
        return found

    # -- the end of a run

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Supersede proposals that a completed proposer did not make again; signed ones wait for people."""
        gone = self.sudo().search(
            [
                ("close_id", "=", run.close_id.id),
                ("state", "in", ("proposed", "stale")),
                ("proposer", "not in", BY_PEOPLE),
                "|",
                "&",
                ("proposer", "in", scopes.get("proposers", [])),
                ("last_run_id", "!=", run.id),
                ("key", "in", scopes.get("withdrawn", [])),
            ]
        )
        gone._transition(
            "superseded", role=SERVER, reason=self.env._("Not proposed by %s.", run.display_name)
        )
        return {"superseded": len(gone)}


def _amount(text):
    """Read an amount of a calculation; thousands may be set off by commas.

    Raises OverflowError for what Decimal reads but is no amount (Infinity, NaN, an exponent out of reach).
    """
    amount = Decimal(str(text).replace(",", "").replace(" ", ""))
    if not amount.is_finite() or amount.adjusted() > MAX_DIGITS:
        raise OverflowError
    return amount
