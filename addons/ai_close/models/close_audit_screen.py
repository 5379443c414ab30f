"""What the audit screen shows besides the stored columns: block, change, and the panel to search by."""

import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# The panel's sections are plain columns: Odoo's own offers relations and selections only.
PANEL = {"user_id": "user_name", "action": "action", "model": "model"}
PANEL_LIMIT = 200
CHANGES_SHOWN = 3
CHANGE_CHARS = 40


class CloseAudit(models.Model):
    _inherit = "ai.close.audit"

    block = fields.Char(compute="_compute_block", help="The block that this event is sealed in.")
    change = fields.Char(compute="_compute_change")

    @api.depends("digest")
    def _compute_block(self):
        numbers = dict(
            self.env.execute_query(
                SQL(
                    "SELECT member.audit_id, block.number FROM ai_close_audit_membership member"
                    " JOIN ai_close_audit_seal block ON block.id = member.seal_id"
                    " WHERE member.audit_id = ANY(%s)",
                    self.ids,
                )
            )
        )
        for event in self:
            event.block = f"b{numbers[event.id]}" if event.id in numbers else self.env._("open")

    @api.depends("before", "after")
    def _compute_change(self):
        for event in self:
            before, after = _facts(event.before), _facts(event.after)
            changed = [
                f"{name}: {_short(before[name])} → {_short(after[name])}"
                if name in before
                else f"{name}: {_short(after[name])}"
                for name in after
                if before.get(name) != after[name]
            ]
            more = len(changed) - CHANGES_SHOWN
            event.change = "; ".join(changed[:CHANGES_SHOWN]) + (f" (+{more})" if more > 0 else "")

    @api.model
    def search_panel_select_multi_range(self, field_name, **kwargs):
        """Offer the persons, actions and models that stand in the events searched for."""
        if field_name not in PANEL:
            return super().search_panel_select_multi_range(field_name, **kwargs)
        domain = Domain.AND(
            [Domain(kwargs.get(name) or []) for name in ("search_domain", "category_domain", "filter_domain")]
        )
        label = PANEL[field_name]
        groups = self._read_group(
            domain & Domain(field_name, "!=", False),
            [field_name],
            ["__count", "id:max"],
            order="__count desc",
            limit=PANEL_LIMIT,
        )
        # the name that the person had last
        names = {event.id: event[label] for event in self.browse([last for _value, _count, last in groups])}
        values = [
            {"id": value, "display_name": names[last] or str(value), "__count": count}
            for value, count, last in groups
        ]
        return {"values": sorted(values, key=lambda each: each["display_name"].lower())}


def _facts(text):
    """The facts of a stored text as a flat dict; anything else has no parts to compare."""
    try:
        facts = json.loads(text or "{}")
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _short(value):
    if value is None:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= CHANGE_CHARS else text[: CHANGE_CHARS - 1] + "…"
