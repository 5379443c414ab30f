"""Records of the close: who tries what his rights don't include is told to the audit trail."""

from odoo import api, models
from odoo.exceptions import AccessError

from ..kernel.codes import known
from .refusal import tell

PREFIX = "ai.close"


def tell_denied(records, operation):
    """Tell the audit trail that Odoo's own access rights refuse ``operation`` on records of the close."""
    if records._name.startswith(PREFIX):
        tell(records, "AUD005", known("AUD005").sentence, action=f"{records._name}.{operation}")


class CloseAccessMixin(models.AbstractModel):
    _name = "ai.close.access.mixin"
    _description = "Close record whose access refusals are told"

    @api.model
    def _check_field_access(self, field, operation):
        """Check as Odoo does, and tell the audit trail of a refusal."""
        try:
            return super()._check_field_access(field, operation)
        except AccessError:
            tell_denied(self, operation)
            raise


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    def _make_access_error(self, model, mode):
        """Every refusal by an access right is made here, whoever asked: screens, RPC, imports."""
        tell_denied(self.env[model], mode)
        return super()._make_access_error(model, mode)


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Every refusal by a record rule is made here."""
        tell_denied(records, operation)
        company = records._fields.get("company_id")
        if records._name.startswith(PREFIX) and company is not None and company.type == "integer":
            # Odoo's own sentence looks for a company behind the number
            return AccessError(
                self.env._(
                    "You may not %(operation)s these events: they belong to another company, or to"
                    " colleagues.",
                    operation=operation,
                )
            )
        return super()._make_access_error(operation, records)
