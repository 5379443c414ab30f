"""Accepting many matches: locked, read and reconciled together, refused one by one."""

from odoo import models

from ..kernel.sod import SERVER
from .account_settle_together import Together
from .close_match import PEOPLE
from .memo import remembering
from .refusal import CloseRefusal

# So many are settled in one savepoint; one that is refused then costs no more than these once more.
GROUP = 50


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def _accept_many(self):
        """Accept these matches and answer as ``action_accept`` does."""
        with remembering(self):
            self._need_role(*PEOPLE, action="match.accept")
        self.check_access("read")
        calm, done, failures = self._calm(), [], []
        for start in range(0, len(calm), GROUP):
            calm[start : start + GROUP]._accept_group(done, failures)
        order = {match: at for at, match in enumerate(self.ids)}
        done.sort(key=order.get)
        failures.sort(key=lambda failure: order[failure["id"]])
        return {"type": "ir.actions.act_window_close", "infos": {"done": done, "failures": failures}}

    def _accept_group(self, done, failures):
        """Accept these matches in one go; add to ``done`` the ids, to ``failures`` what was refused and why.

        What is refused is found before anything is written. Matches that share a line or an item with one
        before them, and all of them if the books refuse what none of the demands foresaw, go one by one.
        """
        self._lock_rows()
        self._lock_books()
        self._read_books()
        with remembering(self):
            fit, alone, superseded = self._sorted_out(failures)
        if superseded:
            superseded._transition("superseded", role=SERVER)
            failures += [match._failure_superseded() for match in superseded]
        try:
            with self.env.cr.savepoint():
                fit._settle_together()
        except CloseRefusal:
            alone = fit | alone
        else:
            done += fit.ids
        for match in alone:
            match._accept_alone(done, failures)

    def _read_books(self):
        """Read in one go what each of these matches is judged by."""
        entries = self._bank_lines().move_id.line_ids
        items = self.item_ids.sudo().move_line_id
        for name in ("tax_ids", "tax_tag_ids", "tax_line_id", "account_id.code", "account_id.tax_ids"):
            (entries | items).mapped(name)
        items.move_id.mapped("state")

    def _sorted_out(self, failures):
        """Return those that fit, those to take alone and those settled otherwise; note refused ones."""
        fit, alone, superseded, taken = self.browse(), self.browse(), self.browse(), set()
        for match in self:
            uses = {("line", each) for each in match._bank_lines().ids}
            uses |= {("item", each) for each in match.item_ids.sudo().move_line_id.ids}
            if uses & taken:
                alone |= match
                continue
            try:
                match._need_asked("match.accept")
                match._need_proposed()
                match._need_right_to_accept()
                match._need_lines()
                match._need_open_date("match.accept")
                if match._is_superseded():
                    superseded |= match
                    continue
                match._need_something()
                match._need_residuals()
            except CloseRefusal as refusal:
                failures.append(match._failure(refusal.code, str(refusal)))
                continue
            taken |= uses
            fit |= match
        return fit, alone, superseded

    def _settle_together(self):
        if not self:
            return
        plan = Together(self.env)
        for match in self:
            match._settle(plan)
        plan.carry_out()
        self._transition("accepted", vals={"accepted_by_id": self.env.uid, "accepted_at": self._now()})

    def _accept_alone(self, done, failures):
        try:
            infos = self._each("match.accept", lambda match: match._accept())["infos"]
        except CloseRefusal as refusal:
            failures.append(self._failure(refusal.code, str(refusal)))
        else:
            done += infos["done"]
            failures += infos["failures"]
