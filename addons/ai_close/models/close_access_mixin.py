"""Records of the close: who tries what his rights don't include is told to the audit trail."""

from odoo import models
from odoo.exceptions import AccessError

from ..kernel.codes import known
from .refusal import tell


class CloseAccessMixin(models.AbstractModel):
    _name = "ai.close.access.mixin"
    _description = "Close record whose access refusals are told"

    def check_access(self, operation):
        """Check as Odoo does, and tell the audit trail of a refusal."""
        try:
            return super().check_access(operation)
        except AccessError:
            tell(self, "AUD005", known("AUD005").sentence, action=f"{self._name}.{operation}")
            raise
