"""When the watch looks: as a run begins and ends, when a lock is asked for and applied, on a person's
wish."""

from odoo import api, models

UNDECIDED = ("open", "assigned", "explained", "fixed")


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.private
    def _ai_close_enable(self, tz=None, start=None):
        """Remember, from the first moment, how settings and locked books are."""
        result = super()._ai_close_enable(tz, start)
        self.env.flush_all()
        self.env["ai.close.watch"]._begin_watch()
        return result


class AiClose(models.Model):
    _inherit = "ai.close"

    def action_refresh(self):
        """Look again as well: who put something right sees it without waiting for a run."""
        result = super().action_refresh()
        for close in self:
            if self.env["ai.close.watch"]._look(close) or close.sudo().finding_ids.filtered("by_server"):
                close._refresh()
        return result

    @api.private
    def _after_run(self, run):
        self.env["ai.close.watch"]._look(self, run)
        return super()._after_run(run)

    def _count_findings(self):
        """Name what the server itself found: a lock refused by it has to say why."""
        name, done, total, found = super()._count_findings()
        own = self.env["ai.close.finding"].search(
            [
                ("close_id", "=", self.id),
                ("by_server", "=", True),
                ("severity", "=", "critical"),
                ("state", "in", UNDECIDED),
            ]
        )
        for blocker in found:
            if own and blocker["code"] == "FINDING:critical":
                titles = "; ".join(f"{finding.title} [{finding.rule}]" for finding in own)
                blocker["label"] = f"{blocker['label']}: {titles}"
        return name, done, total, found


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    def _need_ready(self, action):
        """Look before the lock is asked for, and again behind the shut gate.

        For a lock date beside the global one it looks at the earliest open close, and waits for nothing.
        """
        if not self._is_exception():
            close = self.close_id or self.env["ai.close.watch"]._open_close(self.company_id)
            if close:
                self.env["ai.close.watch"]._look(close, everything=True)
        return super()._need_ready(action)

    @api.private
    def _is_exception(self):
        return "kind" in self._fields and self.kind == "exception"

    @api.private
    def _apply(self):
        """Remember, behind the gate, the books and the settings as they were locked."""
        result = super()._apply()
        if self.close_id and not self._is_exception():
            self.env.flush_all()
            self.env["ai.close.snapshot"]._take(self.company_id.sudo(), "lock", self)
            self.env["ai.close.watch"]._take_settings(self.company_id.sudo(), "lock", self)
        return result
