"""Modules: AI Close is not uninstalled over the heads of those who close the books with it.

A settings administrator who has the database's password can still remove it: that is found, not prevented.
"""

from odoo import api, models

from .close_uninstall import MODULE
from .guarding import all_guarded
from .refusal import refuse

_GONE = ("to remove", "uninstalled", "uninstallable")


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        self._ai_close_need_leave("module.uninstall")
        return super().button_uninstall()

    def button_immediate_uninstall(self):
        self._ai_close_need_leave("module.uninstall")
        return super().button_immediate_uninstall()

    def module_uninstall(self):
        # Odoo's own step, inside the loading of the modules; called by itself it leaves half a module.
        if self.env.registry.ready and self._ai_close_leaves():
            sentence = self.env._("AI Close is uninstalled in Apps, with an approved request.")
            raise refuse(self, "AUD010", sentence, action="module.uninstall")
        return super().module_uninstall()

    def write(self, vals):
        if vals.get("state") in _GONE:
            self._ai_close_need_leave("module.uninstall")
        return super().write(vals)

    @api.private
    def _ai_close_leaves(self):
        """Tell whether AI Close would go with these modules while it guards a company."""
        gone = self | self.downstream_dependencies()
        return MODULE in gone.mapped("name") and bool(all_guarded(self.env))

    @api.private
    def _ai_close_need_leave(self, action):
        """Refuse unless another controller approved in the last day, and the final export is written.

        While modules are being loaded it is decided, and our tables may be gone.
        """
        if not self.env.registry.ready or not self._ai_close_leaves():
            return
        request = self.env["ai.close.uninstall"]._granted()
        if not request:
            raise refuse(self, "AUD010", action=action)
        self.env["ai.close.audit"]._append(action, request, reason=request.reason)
