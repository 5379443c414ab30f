"""What a person proposes: a choice of items, or one of the alternatives that the agent named."""

from odoo import api, fields, models

from .close_match import PEOPLE
from .refusal import CloseRefusal, refuse

# Above the limit, or by who took part: the choice stays as a proposal for somebody else.
FOR_OTHERS = ("SOD001", "SOD005")


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def action_take(self, index):
        """Take alternative number ``index`` (from 0) in place of what is proposed, and accept it.

        It becomes the caller's own proposal: who takes it is named, and what the agent had preferred is
        superseded. The answer is that of ``action_accept``; ``infos.match`` is the id of the new match. Above
        the caller's limit the choice stays as a proposal for somebody else, and the answer says so.
        """
        self.ensure_one()
        self._need_role(*PEOPLE, action="match.take")
        self.check_access("read")
        calm = self._calm()
        calm._lock_rows()
        if self.state != "proposed":
            raise refuse(
                self,
                "ENT001",
                self.env._("%(name)s is %(state)s already.", name=self.line_label, state=self._state_label()),
                action="match.take",
            )
        match = calm._propose_alternative(self._alternative(index))
        try:
            with self.env.cr.savepoint():
                answer = match.action_accept()
        except CloseRefusal as refusal:
            if refusal.code not in FOR_OTHERS:
                raise
            failure = {
                "id": match.id,
                "name": match.line_label,
                "code": refusal.code,
                "message": str(refusal),
                "state": match.state,
            }
            answer = {
                "type": "ir.actions.act_window_close",
                "infos": {"done": [], "failures": [failure]},
            }
        answer["infos"]["match"] = match.id
        return answer

    def _alternative(self, index):
        found = self.alternatives or []
        if type(index) is not int or not 0 <= index < len(found) or not found[index].get("items"):
            raise refuse(self, "ENT032", action="match.take")
        return found[index]

    def _propose_alternative(self, chosen):
        """Make the person's proposal of an alternative for the same bank lines."""
        shares = {each["line_id"]: each for each in chosen["items"]}
        items = self.env["account.move.line"].sudo().browse(shares).exists()
        lines = self._bank_lines()
        problem = len(items) != len(shares) or any(
            item.reconciled or item.company_id != self.company_id or item.parent_state != "posted"
            for item in items
        )
        if problem or not lines:
            raise refuse(self, "ENT007", self.env._("An item is not open any more."), action="match.take")
        self._need_open_date("match.take")
        # looked at like a row of the agent's: what it names as written off has to add up
        row = {"kind": "items", "band": "review", "write_offs": [], **chosen}
        found = (
            self._kind_problem(row, lines)
            or self._item_problem(self, row, lines)
            or self._sum_problem(self, row, lines)
        )
        if found:
            raise refuse(self, found[0], found[1], action="match.take")
        return self._make_by_person(
            lines,
            items,
            {
                "kind": "items",
                "write_offs": chosen.get("write_offs") or [],
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "sequence": at,
                            "move_line_id": item.id,
                            "amount": float(shares[item.id]["amount"]),
                            "amount_currency": float(shares[item.id]["amount_currency"]),
                            "currency_id": item.currency_id.id,
                        },
                    )
                    for at, item in enumerate(items)
                ],
            },
        )

    @api.model
    @api.private
    def _make_by_person(self, lines, items, vals):
        """Create the proposal of the caller for bank ``lines``; an open one of the agent makes room."""
        lines, line = lines.sudo(), lines.sudo()[:1]
        Line = self.env["ai.close.match.line"]
        close = self.env["ai.close"]._for_date(line.company_id, line.date).sudo()
        Line._matches_of(lines, ("proposed",))._supersede(self.env._("A person chose another item."))
        number = self.sudo().search_count([("statement_line_id", "=", line.id)]) + 1
        match = self._guarded().create(
            {
                "key": f"P:{line.company_id.id}:{line.id}:{number}",
                "close_id": close.id,
                "company_id": line.company_id.id,
                "statement_line_id": line.id,
                **self._first_line_vals(line, line.company_id, items),
                "line_ids": [(0, 0, Line._vals_of(each, at)) for at, each in enumerate(lines)],
                "origin": "person",
                "band": "review",
                "confidence_text": self.env._("chosen by a person"),
                "proposed_by_id": self.env.uid,
                "reasons": [
                    {"code": "person", "text": self.env._("Chosen by %s", self.env.user.name), "value": ""}
                ],
                "alternatives": [],
                **vals,
            }
        )
        self.env["ai.close.audit"]._append(
            "match.propose",
            match,
            after={"key": match.key, "items": items.ids, "proposed_at": fields.Datetime.now()},
        )
        return match.sudo(False)
