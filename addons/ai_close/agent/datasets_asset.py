"""What an asset module has still to depreciate, where one is installed that keeps its table as OCA's does."""

from odoo import api, models
from odoo.tools import SQL

from .columns import as_columns

LINES, ASSETS = "account.asset.line", "account.asset"
# What is read of the table; a module that keeps it otherwise is left alone.
COLUMNS = {
    LINES: ("asset_id", "line_date", "amount", "type", "init_entry", "move_id", "company_id"),
    ASSETS: ("name", "state"),
}


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        more = ["asset_lines"] if self._has_asset_module() else []
        return [*super()._dataset_names(), *more]

    @api.private
    def _has_asset_module(self):
        return all(
            model in self.env
            and all(
                (field := self.env[model]._fields.get(name)) and field.store and field.column_type
                for name in names
            )
            for model, names in COLUMNS.items()
        )

    @api.private
    def _dataset_asset_lines(self, run, after, limit):
        """Depreciations due by the period's end without a posted entry, of assets that run or are drafts.

        A fact that the agent may know: its user has no rights in the module.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT line.id, line.asset_id, asset.name, asset.state, line.line_date::text,"
                " round(line.amount::numeric, %(decimals)s)::text, false"
                " FROM account_asset_line line JOIN account_asset asset ON asset.id = line.asset_id"
                " LEFT JOIN account_move move ON move.id = line.move_id"
                " WHERE line.company_id = %(company)s AND line.type = 'depreciate'"
                " AND line.init_entry IS NOT TRUE AND line.line_date <= %(end)s"
                " AND asset.state IN ('draft', 'open') AND move.state IS DISTINCT FROM 'posted'"
                " ORDER BY line.id",
                company=run.company_id.id,
                decimals=self._company_decimals(run),
                end=run.close_id.period_end,
            )
        )
        return as_columns(("id", "asset_id", "asset", "state", "date", "amount", "posted"), rows), None
