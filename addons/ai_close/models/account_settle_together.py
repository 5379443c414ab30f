"""Bank lines settled together: what each of them gets is gathered, then written and reconciled in one go."""


class Together:
    """What a group of bank lines gets: partners, counterparts in place of suspense, and who meets whom.

    Written line by line, each entry is recomputed and looked at on its own, several times. Here Odoo's own
    containers hold all entries at once; at their end every entry is checked as it is alone.
    """

    def __init__(self, env):
        self.env = env
        self._partners = {}
        self._bookings = []
        self._meetings = []

    def give_partner(self, line, partner):
        """Give a bank line a partner."""
        self._partners[line.id] = partner

    def partner_of(self, line):
        """Return the partner that a bank line gets; empty where it keeps its own."""
        return self._partners.get(line.id, self.env["res.partner"])

    def book(self, line, suspense, vals_list, items):
        """Put journal items in place of a bank line's suspense; the first ones meet ``items``."""
        self._bookings.append((line, suspense, vals_list, items))

    def meet(self, items):
        """Reconcile items with each other."""
        self._meetings.append(items)

    def carry_out(self):
        """Write all of it, then reconcile."""
        if self._bookings:
            self._write()
        if self._meetings:
            self.env["account.move.line"].sudo()._reconcile_plan(self._meetings)

    def _write(self):
        lines = self.env["account.bank.statement.line"].sudo()
        suspended = self.env["account.move.line"].sudo()
        for line, suspense, _vals_list, _items in self._bookings:
            lines |= line
            suspended |= suspense
        # As in Odoo's write of an entry: the bank lines follow at the end, not with each of the steps.
        calm = {"skip_account_move_synchronization": True, "skip_readonly_check": True, "force_delete": True}
        moves = lines.move_id
        container = {"records": moves}
        with moves._check_balanced(container):
            with moves._sync_dynamic_lines(container):
                for line in lines.with_context(**calm):
                    self._write_partner(line)
                suspended.with_context(**calm).unlink()
                made = suspended.browse().with_context(**calm).create(
                    [
                        {**vals, "move_id": line.move_id.id}
                        for line, _suspense, vals_list, _items in self._bookings
                        for vals in vals_list
                    ]
                )
                moves.with_context(**calm).write({"is_manually_modified": True})
            moves._synchronize_business_models({"line_ids"})
        self._pair(made.with_env(suspended.env))

    def _write_partner(self, line):
        """Write a partner where Odoo has it: on the bank line, its entry and the bank's own item."""
        partner = self.partner_of(line)
        if partner:
            liquidity, _suspense, _other = line._seek_for_lines()
            for record in (line, line.move_id, liquidity):
                record.partner_id = partner

    def _pair(self, made):
        """Let the first journal items of each booking meet the items that they were made for."""
        at = 0
        for line, _suspense, vals_list, items in self._bookings:
            for item, counterpart in zip(items, made[at : at + len(vals_list)], strict=False):
                line._ai_close_need_counterpart(item, counterpart)
                self.meet(item + counterpart)
            at += len(vals_list)
