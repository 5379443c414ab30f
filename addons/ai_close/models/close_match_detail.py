"""The right pane of the review screen: why this item, what accepting does, and what else it could be."""

from odoo import api, models
from odoo.tools import format_date, format_datetime

from ..kernel.sod import CONTROLLER, REVIEWER
from .close_match import PEOPLE
from .close_match_review import READERS, _ids
from .close_match_then import SENTENCES

# The shown one and the two that come next, with room for a jump.
MAX_DETAILS = 10
# Longer lists are counted, not read: a payment for a hundred invoices fits the screen.
ITEMS_SHOWN = 40
ALTERNATIVES = 3
# What speaks against a match, by code; every code that begins with doubt_ or no_ does as well.
AGAINST = frozenset(
    {"ambiguous", "contested", "instalments", "later_document", "names_others", "other_partner"}
)


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.model
    @api.readonly
    def review_detail(self, ids=()):
        """Return what the right pane shows of these matches, at most ten: ``{id: detail}``.

        A detail has ``lines`` (the bank lines), ``items`` with the share each gets, ``reasons`` (for and
        against), ``then`` (what accepting does, in sentences), ``alternatives``, ``unsure`` (why it is not
        sure), ``hindrance`` (why this reader may not accept it, or ""), ``payer`` (whom a language model
        suggests, or None) and ``documents``. Money is in the currency named beside it, positive as money in.
        """
        self._need_role(*READERS, action="match.review")
        found = self.browse(_ids(ids)[:MAX_DETAILS]).exists()
        found = found._filtered_access("read")
        payers = found._review_payers()
        return {str(match.id): match._review_detail() | {"payer": payers.get(match.id)} for match in found}

    def _review_detail(self):
        sudo = self.sudo()
        hindrance = self._review_hindrance()
        return {
            "id": self.id,
            "state": self.state,
            "state_label": self._state_label(),
            "band": self.band,
            "confidence_text": self.confidence_text or "",
            "kind_label": self._review_kind(),
            "origin": self.origin,
            "unsure": sudo._review_unsure(),
            "close": sudo.close_id.name,
            "close_id": sudo.close_id.id,
            "line_date": self.line_date.isoformat() if self.line_date else "",
            "line_label": self.line_label or "",
            "line_amount": self.line_amount,
            "currency_id": self.currency_id.id,
            "lines": [sudo._review_line(line) for line in sudo._bank_lines()],
            "items": [sudo._review_item(item) for item in sudo.item_ids[:ITEMS_SHOWN]],
            "items_left": max(len(sudo.item_ids) - ITEMS_SHOWN, 0),
            "reasons": [_reason(reason) for reason in self.reasons or []],
            "then": sudo._review_then() if self.state == "proposed" else [],
            "alternatives": sudo._review_alternatives() if self.state == "proposed" else [],
            "decided": sudo._review_decided(),
            "hindrance": hindrance,
            "can": {
                "accept": self.state == "proposed" and not hindrance and sudo._review_has_answer(),
                "reject": self.state == "proposed" and bool(self._roles() & set(PEOPLE)),
                "undo": self.state == "accepted" and not hindrance,
                "again": self.state in ("rejected", "undone") and not hindrance,
                "pick": self.state != "accepted"
                and bool(sudo.statement_line_id)
                and "[LCK001]" not in hindrance
                and bool(self._roles() & set(PEOPLE)),
            },
            "documents": sudo._review_documents(),
            "statement_line_id": sudo.statement_line_id.id,
        }

    # -- the bank's side

    def _review_line(self, line):
        return {
            "id": line.id,
            "date": line.date.isoformat(),
            "label": line.payment_ref or line.name or "",
            "amount": line.amount,
            "currency_id": line.currency_id.id,
            "amount_currency": line.amount_currency if line.foreign_currency_id else None,
            "foreign_currency_id": line.foreign_currency_id.id or None,
            "journal": line.journal_id.display_name,
            "partner": line.partner_id.display_name or line.partner_name or "",
            "account_number": line.account_number or "",
            "ref": line.ref or "",
        }

    # -- the items

    def _review_item(self, item):
        line = item.move_line_id
        company_currency = item.company_currency_id
        currency = item.currency_id or company_currency
        return {
            "id": line.id,
            "name": line.move_id.name or line.name or "",
            "model": "account.move",
            "move_id": line.move_id.id,
            "ref": line.move_id.ref or line.name or "",
            "partner": line.partner_id.display_name or "",
            "due": (line.date_maturity or line.date).isoformat(),
            "amount": item.amount,
            "company_currency_id": company_currency.id,
            "amount_currency": item.amount_currency if currency != company_currency else None,
            "currency_id": currency.id,
            "open_after": self._review_rest_of(item),
        }

    def _review_documents(self):
        moves = self.item_ids[:ITEMS_SHOWN].move_line_id.move_id or self._bank_lines().move_id
        return [
            {"model": "account.move", "id": move.id, "name": move.name or move.display_name} for move in moves
        ]

    # -- words

    def _review_kind(self):
        labels = {
            "bank_fee": self.env._("Bank fee"),
            "interest": self.env._("Interest"),
            "payroll": self.env._("Payroll"),
            "tax": self.env._("Tax"),
            "internal_transfer": self.env._("Transfer between own banks"),
            "offset": self.env._("Cancel each other out"),
            "none": self.env._("No match"),
            "manual": self.env._("Chosen by a person"),
        }
        return labels.get(self.kind, "")

    def _review_unsure(self):
        """Say why this is not sure, beside the confidence."""
        if self.band == "auto" or self.state != "proposed":
            return ""
        against = [each["text"] for each in map(_reason, self.reasons or []) if each["against"]]
        if against:
            return against[0]
        if not self._review_has_answer():
            return ""
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        share = policy._money("bands", "auto") if policy else None
        if share is None or self.origin == "person":
            return ""
        return self.env._("sure from %s", self._confidence_text(float(share)))

    def _review_decided(self):
        """Say who decided it, when, and why."""
        if self.state == "accepted":
            return self.env._(
                "Accepted by %(name)s, %(when)s",
                name=self.accepted_by_id.name,
                when=format_datetime(self.env, self.accepted_at, dt_format="short"),
            )
        if self.state == "rejected":
            return self.env._("Rejected: %s", self.reject_reason)
        if self.state == "superseded":
            return self.env._("The item or the line was settled otherwise meanwhile.")
        if self.state == "undone":
            return self.env._("Accepted, then undone: the line and the items stand as before.")
        return ""

    # -- may this reader?

    def _review_hindrance(self):
        """Say why this reader can't accept or undo it; the server decides again when he tries."""
        roles = self._roles()
        sudo = self.sudo()
        if not roles & set(PEOPLE):
            return self.env._("You can read this; a preparer, reviewer or controller decides.")
        if (
            self.state == "proposed"
            and sudo._is_by_agent()
            and sudo.company_id._ai_close_phase() == "observe"
        ):
            return self.env._("Observed only: proposals are compared with what people book. [POL009]")
        moves = sudo._bank_lines().move_id
        if sudo.close_id._is_locked_now() or any(move._ai_close_locks(move.date) for move in moves):
            return self.env._(
                "%s lies in a locked period and stays as it is; a reopen can be requested. [LCK001]",
                format_date(self.env, sudo.line_date),
            )
        lacking = sudo._review_lacks_account() if self.state == "proposed" else ""
        if lacking:
            return self.env._(
                "The policy names no account for %s, which this needs: name it there, or book it with an"
                " account of your choice (E). [ENT029]",
                lacking,
            )
        limit, above = sudo._above_limit()
        currency = sudo.company_id.currency_id
        if above and not roles & {REVIEWER, CONTROLLER}:
            return self.env._(
                "Above your limit of %s; a reviewer can accept it. [SOD005]",
                self._review_money(float(limit or 0), currency),
            )
        if above and sudo.proposed_by_id == self.env.user:
            return self.env._("You proposed it, and it is above the limit: somebody else accepts. [SOD001]")
        return ""

    # -- what else it could be

    def _review_alternatives(self):
        """Return the next best explanations: ``{index, takes, confidence_text, items, partner, reason}``."""
        shown = (self.alternatives or [])[:ALTERNATIVES]
        wanted = {item["line_id"] for each in shown for item in each.get("items") or []}
        found = self.env["account.move.line"].browse(sorted(wanted)).exists()
        lines = {line.id: line for line in found if line.company_id == self.company_id}
        answer = []
        for index, each in enumerate(shown):
            items = [lines[item["line_id"]] for item in each.get("items") or [] if item["line_id"] in lines]
            names = [line.move_id.name or line.name or "" for line in items[:SENTENCES]]
            if len(items) > SENTENCES:
                names.append(self.env._("%s more", len(items) - SENTENCES))
            partners = {line.partner_id.display_name for line in items if line.partner_id}
            answer.append(
                {
                    "index": index,
                    "takes": bool(items),
                    "confidence_text": self._confidence_text(float(each.get("confidence") or 0)),
                    "items": ", ".join(names) or self.env._("none of these"),
                    "partner": next(iter(partners)) if len(partners) == 1 else "",
                    "reason": each.get("reason") or "",
                }
            )
        return answer


def _reason(reason):
    """Return a reason as the screen shows it: what speaks against is told apart by its code."""
    value, code = reason.get("value"), str(reason.get("code") or "")
    return {
        "text": reason.get("text") or "",
        "value": "" if value in (None, True, False) else str(value),
        "against": code in AGAINST or code.startswith(("doubt_", "no_")),
    }
