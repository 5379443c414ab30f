"""ai.close.lock: what is open at it, record by record, and what of it may not stay."""

from odoo import api, models

from ..kernel import open_items

# A blocker with more records than a person reads is named as a whole.
MOST_RECORDS = 200
# Tasks whose check counts what stands in the list by itself: its money is counted there.
MIRRORED = ("bank_reconciled", "no_drafts", "findings_reviewed", "accruals_decided")
# Blockers whose records are named one by one, and the field that has their amount in the company's currency.
AMOUNT_FIELDS = {"DRAFT": "amount_total_signed", "FINDING": "amount", "ENTRY": "amount_total", "TASK": None}


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    @api.private
    def _open_rows(self, readiness):
        """Return what is open now, one row for each source record, or for a blocker that has none.

        A row: key, code, close_id, model, id, label, count, amount (None: nobody knows it), why_not (None
        when it may stay open), action.
        """
        rows = []
        for blocker in readiness["blockers"]:
            close = self.env["ai.close"].sudo().browse(blocker.get("close_id") or self.close_id.id)
            if blocker["code"] == "CARRIED":
                rows += [self._carried_row(item, close) for item in self._carried(close)]
                continue
            why = open_items.may_stay(blocker["code"], self.field)
            common = {"code": blocker["code"], "close_id": close.id, "why_not": self._why_not(why)}
            found = self._records_of(blocker) if why != "bank" else None
            if found is None:
                rows.append(
                    common
                    | {
                        "key": f"{close.id}:{blocker['code']}",
                        "model": False,
                        "id": 0,
                        "label": blocker["label"],
                        "count": blocker["count"],
                        "amount": blocker["amount"],
                        "action": blocker["action"],
                    }
                )
            else:
                rows += [common | self._record_row(record, blocker) for record in found]
        return rows

    def _records_of(self, blocker):
        """Return the records that a blocker counted (sudo), or None when it is named as a whole."""
        kind = blocker["code"].partition(":")[0]
        if kind not in AMOUNT_FIELDS or blocker["count"] > MOST_RECORDS:
            return None
        model = self.env[blocker["action"]["res_model"]].sudo()
        found = model.with_context(active_test=False).search(blocker["action"]["domain"])
        return found if len(found) == blocker["count"] else None

    def _record_row(self, record, blocker):
        kind = blocker["code"].partition(":")[0]
        name = AMOUNT_FIELDS[kind]
        company = record.company_id
        label = record.display_name
        if company and company != self.company_id:
            label = self.env._("%(record)s in %(company)s", record=label, company=company.name)
        words = {
            "DRAFT": label,
            "TASK": self.env._("Task %s", label),
            "FINDING": self.env._("Finding %s", label),
            "ENTRY": self.env._("Adjusting entry %s", label),
        }
        row = {
            "key": f"{record._name}:{record.id}",
            "model": record._name,
            "id": record.id,
            "label": words[kind],
            "count": 1,
            "amount": abs(record[name]) if name else None,
            "action": self._form_of(record),
        }
        if kind == "TASK" and record.self_check in MIRRORED:
            row["amount"] = 0.0
        if record._name == "ai.close.finding" and record.by_server:
            row["why_not"] = self._why_not("protection")
        return row

    def _form_of(self, record):
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name,
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "current",
        }

    def _carried(self, close):
        return self.env["ai.close.open.item"]._left_before(close)

    def _carried_row(self, item, close):
        source = item._source()
        name = AMOUNT_FIELDS.get(item.code.partition(":")[0])
        return {
            "key": item.key,
            "code": item.code,
            "close_id": close.id,
            "model": item.source_model,
            "id": item.source_id,
            "label": self.env._("From %(close)s: %(item)s", close=item.first_close_id.name, item=item.label),
            "plain_label": item.label,
            "origin": item,
            "count": item.count,
            "amount": (abs(source[name]) if source and name else item.amount) if item.amount_known else None,
            "action": self._form_of(item),
            "why_not": self._why_not(open_items.may_stay(item.code, self.field)),
        }

    def _why_not(self, word):
        """Say why something can't stay open at this lock, or None."""
        if word is None:
            return None
        return {
            "critical": self.env._(
                "A critical finding never stays open: put it right, or two controllers waive it."
            ),
            "trail": self.env._(
                "The trail is older than what was proved of it: a controller decides on it first."
            ),
            "protection": self.env._("What protects the books failed: it is put right, never left open."),
            "branch": self.env._("Lock the branch's own close first; what stays open there is named there."),
            "bank": self.env._(
                "Odoo locks no month with an unreconciled bank line: match it, or settle it by hand to a"
                " clearing account (Bank lines, Settle)."
            ),
            "hard_draft": self.env._(
                "Odoo hard-locks no month with a draft: post it dated after the lock, or delete it."
            ),
        }.get(word, self.env._("This is settled before the lock, never left open."))
