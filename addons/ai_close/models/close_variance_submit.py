"""What the agent hands in of balances that moved: taken where amounts are the books' and drivers add up."""

from odoo import api, fields, models

from ..kernel.money import parse
from ..kernel.trial_balance import decimal, minor
from ..kernel.variance import apart, is_over
from .close_variance import AREAS

CODE = "FL"
MONEY = ("actual", "month", "year", "expected", "change", "size", "min_amount")


class CloseVariance(models.Model):
    _inherit = "ai.close.variance"

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Write what a run compared by its key and say what became of each."""
        run = run.sudo()
        company, day = run.company_id, run.close_id.period_end
        domain = [("company_id", "=", company.id), ("key", "in", [row["key"] for row in rows])]
        known = {one.key: one for one in self.sudo().with_context(active_test=False).search(domain)}
        accounts = [row["account_id"] for row in rows]
        found = self.env["account.account"].sudo().browse(accounts).exists()
        ledger = self.env["ai.close.ledger"].sudo()
        compared = ledger._compared(company, day, found.ids)
        usual = ledger._expected(company, day, found.ids)
        areas = {account.id: AREAS.get(account.account_type.split("_")[0]) for account in found}
        answers, seen = [], self.browse()
        for row in rows:
            problem = self._row_problem(run, row, areas, compared) or self._threshold_problem(
                run, row, usual.get(row["account_id"])
            )
            if problem:
                refused = {"status": "refused", "code": "RUN010", "reason": problem}
                answers.append({"key": row["key"], **refused})
                continue
            one, status = self._take_row(run, row, known.get(row["key"]), areas)
            seen += one
            answers.append({"key": row["key"], "status": status, "code": None, "reason": None})
        seen._guarded().write({"run_id": run.id})
        return answers

    def _row_problem(self, run, row, areas, compared):
        company, account = run.company_id, row["account_id"]
        places = company.currency_id.decimal_places
        day = run.close_id.period_end
        if row["key"] != f"{CODE}:{company.id}:{day}:{account}" or row["date"] != str(day):
            return self.env._("the key does not name company, month and account")
        if account not in areas:
            return self.env._("the account is gone")
        if (row["expected"] is None) != (row["method"] is None) or (
            row["against"] == "expected" and row["expected"] is None
        ):
            return self.env._("an expectation and its method go together")
        now = compared.get(account, (0, 0, 0))
        told = [minor(row[name], places) for name in ("actual", "month", "year")]
        if list(now) != told or any(_places(row[name]) > places for name in ("actual", "month", "year")):
            return self.env._("the books add up to something else by now")
        changes = {"month": now[0] - now[1], "year": now[0] - now[2]}
        wrong = apart(row["drivers"], changes, lambda text: minor(text, places))
        if wrong:
            return self.env._("the drivers by %(dimension)s don't add up to the change", dimension=wrong[1])
        return None

    def _take_row(self, run, row, found, areas):
        vals = self._row_vals(run, row, areas)
        if not found:
            text = dict.fromkeys(("explanation", "template"), row["explanation"])
            text["author"] = "template"
            own = {"key": row["key"], "company_id": run.company_id.id}
            return self._guarded().create({**vals, **text, **own}), "created"
        changed = not found.active or any(not found._same(name, vals[name]) for name in vals)
        if changed:
            # a person's signature is for what was shown: amounts, drivers and expectation
            found._fall(self.env._("Another run found other amounts or drivers."))
        if found.state == "open" and (
            (found.author == "template" and (found.explanation or "") != row["explanation"])
            # a model wrote about other amounts; what it wrote about these comes after, if anything does
            or (found.author == "model" and changed)
        ):
            vals |= {"explanation": row["explanation"], "author": "template", "text_model": False}
            changed = True
        if changed or (found.template or "") != row["explanation"]:
            found._guarded().write({**vals, "template": row["explanation"], "active": True})
        return found, "updated" if changed else "unchanged"

    def _row_vals(self, run, row, areas):
        places = run.company_id.currency_id.decimal_places
        actual = minor(row["actual"], places)
        base = minor(row[row["against"]], places)
        change = actual - base
        return {
            "close_id": run.close_id.id,
            "account_id": row["account_id"],
            "area": areas[row["account_id"]],
            "date": row["date"],
            "actual": float(parse(row["actual"])),
            "month": float(parse(row["month"])),
            "year": float(parse(row["year"])),
            "expected": float(parse(row["expected"] or "0")),
            "method": row["method"] or False,
            "against": row["against"],
            "change": float(decimal(change, places)),
            "size": float(decimal(abs(change), places)),
            "min_amount": float(parse(row["min_amount"])),
            "min_percent": row["min_percent"],
            "is_over": is_over(actual, base, minor(row["min_amount"], places), row["min_percent"]),
            "drivers": row["drivers"],
        }

    def _same(self, name, value):
        now = self[name]
        if name in MONEY:
            return self.currency_id.compare_amounts(now, value) == 0
        if isinstance(now, models.BaseModel):
            return now.id == value
        if name == "date":
            return fields.Date.to_string(now) == value
        return (now or None) == (value or None)

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Archive what a completed comparison does not tell any more: an account that has nothing now."""
        if CODE not in scopes.get("proposers", []):
            return {}
        run = run.sudo()
        withdrawn = ("key", "in", scopes.get("withdrawn", []))
        mine = ("close_id", "=", run.close_id.id)
        gone = self.sudo().search([mine, "|", ("run_id", "!=", run.id), withdrawn])
        gone._fall(self.env._("The account has nothing to compare any more."))
        gone._guarded().write({"active": False})
        return {"superseded": len(gone)} if gone else {}

    @api.model
    @api.private
    def _decisions(self, close):
        """The agent compares anew whatever people said."""
        return []


def _places(text):
    """Return how many decimals an amount has that say something."""
    return len(text.partition(".")[2].rstrip("0"))
