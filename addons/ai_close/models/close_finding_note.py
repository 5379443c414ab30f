"""One note a finding in the chatter of its entry: what is wrong, where to decide it, how it stands.

The note is there for who works on the entry.  It is written again as the finding moves on, so it proves
nothing; what proves is the audit trail.
"""

from markupsafe import Markup

from odoo import api, fields, models

from .close_state_mixin import passes

# What the note says; it is written again when one of these changes.
SAID = frozenset({"state", "severity", "title", "remedy", "owner_id", "date_due", "records"})
# About somebody's conduct: not told on the entry, where that person reads it first.
NOT_TOLD = ("EXF005", "EXF006", "EXF007", "EXF009", "EXF010", "EXF012")
MOST_LINKS = 5
LINK = Markup('<a href="#" data-oe-model="{model}" data-oe-id="{id}">{label}</a>')


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    note_id = fields.Many2one("mail.message", "Note on the entry", readonly=True, ondelete="set null")

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"note_id"}

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        if passes(self.env):
            findings._note_on_entries()
        return findings

    def write(self, vals):
        result = super().write(vals)
        if SAID & vals.keys() and passes(self.env):
            self._note_on_entries()
        return result

    def _note_on_entries(self):
        """Write the note of each of these findings: the first time a new one, then the same one again."""
        observing = {company: company._ai_close_phase() == "observe" for company in self.company_id.sudo()}
        told = self.sudo().filtered(
            lambda finding: (
                not finding.by_server
                and not observing[finding.company_id]
                and not finding.rule.startswith(NOT_TOLD)
            )
        )
        moves = told._note_moves()
        rounds = []
        for finding in told:
            if finding.note_id:
                finding.note_id.write({"body": finding._note_body()})
            elif move := moves.get(finding):
                # one note a round and entry: an entry may have several new findings
                place = next((each for each in rounds if move.id not in each), None)
                if place is None:
                    place = {}
                    rounds.append(place)
                place[move.id] = finding
        for place in rounds:
            entries = self.env["account.move"].sudo().browse(sorted(place))
            bodies = {move_id: finding._note_body() for move_id, finding in place.items()}
            notes = entries._message_log_batch(
                bodies, message_type="comment", author_id=self.env.user.sudo().partner_id.id
            )
            for note in notes:
                place[note.res_id]._guarded().write({"note_id": note.id})

    def _note_moves(self):
        """Return ``{finding: entry}`` of those that hang on an entry or on an item of one."""
        moves, lines = self.env["account.move"].sudo(), self.env["account.move.line"].sudo()
        on_move = self.filtered(lambda finding: finding.anchor_model == "account.move")
        on_line = self.filtered(lambda finding: finding.anchor_model == "account.move.line")
        known = {move.id: move for move in moves.browse(on_move.mapped("anchor_id")).exists()}
        items = {line.id: line.move_id for line in lines.browse(on_line.mapped("anchor_id")).exists()}
        found = {finding: known.get(finding.anchor_id) for finding in on_move}
        found |= {finding: items.get(finding.anchor_id) for finding in on_line}
        # a key of the agent's names any record: only an entry of the finding's own company is written on
        families = {close: close._family_ids() for close in self.close_id}
        return {
            finding: move
            for finding, move in found.items()
            if move and move.company_id.id in families[finding.close_id]
        }

    def _note_body(self):
        """Return the note as it reads now."""
        labels = {
            name: dict(self._fields[name]._description_selection(self.env)) for name in ("severity", "state")
        }
        rows = [
            Markup("<b>{severity}</b> {rule}: {link}").format(
                severity=labels["severity"][self.severity],
                rule=self.rule,
                link=LINK.format(model=self._name, id=self.id, label=self.title),
            )
        ]
        links = [
            LINK.format(model=link["model"], id=link["id"], label=link["label"] or link["model"])
            for link in self.records or []
            if (link["model"], link["id"]) != (self.anchor_model, self.anchor_id)
        ][:MOST_LINKS]
        if links:
            rows.append(self.env._("See: %s", Markup(", ").join(links)))
        if self.remedy and self.state not in ("waived", "closed"):
            rows.append(self.env._("What puts it right: %s", self.remedy))
        state = [labels["state"][self.state], self.owner_id.name or ""]
        rows.append(self.env._("State: %s", ", ".join(part for part in state if part)))
        return Markup("<br/>").join(rows)
