"""Each run begins with a look at the guards, the settings and the locked books."""

from odoo import models


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    def _begin_run(self, close, run_key, values, trigger):
        run, resumed = super()._begin_run(close, run_key, values, trigger)
        self.env["ai.close.watch"]._look(close, run)
        return run, resumed
