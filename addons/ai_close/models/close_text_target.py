"""The texts of a language model on the records that they are about."""

from odoo import api, fields, models


class CloseTextTarget(models.AbstractModel):
    _name = "ai.close.text.target"
    _description = "Record that a language model may write about"

    model_texts = fields.Json("Texts by a model", compute="_compute_model_texts")

    def _compute_model_texts(self):
        found = self.env["ai.close.text"]._shown_of(self)
        for record in self:
            record.model_texts = record._texts_shown(found.get(record.id)) or False

    @api.private
    def _texts_shown(self, texts):
        """Return what the box of this record shows of its texts (a list or None)."""
        return texts


class CloseFinding(models.Model):
    _name = "ai.close.finding"
    _inherit = ["ai.close.finding", "ai.close.text.target"]

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"model_texts"}


class AiCloseEntry(models.Model):
    _name = "ai.close.entry"
    _inherit = ["ai.close.entry", "ai.close.text.target"]

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"model_texts"}


class CloseVariance(models.Model):
    _name = "ai.close.variance"
    _inherit = ["ai.close.variance", "ai.close.text.target"]

    # What stands there when no model's text does.
    template = fields.Text("Template's text", readonly=True)
    text_model = fields.Char("Text by the model", readonly=True)

    @api.private
    def _texts_shown(self, texts):
        """Of a text that is the explanation itself only the mark and the facts stand in the box."""
        if self.author != "model":
            return super()._texts_shown(texts)
        below = {"text": self.env._("It stands below as the explanation, until a person writes another.")}
        return [each | below if each["text"] == self.explanation else each for each in texts or []]
