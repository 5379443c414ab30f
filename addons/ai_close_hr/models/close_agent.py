"""Dataset of vendors that have something in common with an employee, for the agent's port."""

from collections import defaultdict

from odoo import api, models
from odoo.addons.ai_close.agent.columns import as_columns

KINDS = ("employee_account", "employee_address")
# So many vendors of one street and postcode make a house of many doors: only the same door counts there.
HOUSE = 3


def bare(*words):
    """Return letters and digits of words in small letters, accents kept, as they are compared."""
    return "".join(filter(str.isalnum, "".join(word or "" for word in words))).casefold()


def addresses(street, more, code, city):
    """Return the house (None without a street or a place) and the door in it."""
    street, place = bare(street), bare(code) or bare(city)
    return (street, place) if street and place else None, bare(more)


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "partner_matches"]

    @api.private
    def _dataset_partner_matches(self, run, after, limit):
        """Partners of the books with an employee's bank account or private address: the partner, what is the
        same, and whether the employee is paid as this partner (expenses).  Never the employee, never a value.

        The agent may not read employees: the server compares, former employees too.
        """
        company = run.company_id
        self.env.cr.execute(self._partners_used(run))
        used = self.env["res.partner"].sudo().browse([row[0] for row in self.env.cr.fetchall()])
        employees = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", [False, company.id])])
        )
        found = defaultdict(set)
        for kind, pairs in zip(
            KINDS, (self._same_accounts(used, employees), self._same_addresses(used, employees)), strict=True
        ):
            for partner, employee in pairs:
                own = employee.work_contact_id | employee.user_id.partner_id
                found[partner.id, kind].add(partner in own.commercial_partner_id)
        # another employee than the payee may have the same account: then it is told
        rows = sorted(
            (2 * partner + KINDS.index(kind), partner, kind, all(payee))
            for (partner, kind), payee in found.items()
        )
        wanted = getattr(after, "ids", None)
        rows = [row for row in rows if (row[0] > int(after) if wanted is None else row[0] in wanted)]
        page = rows[:limit]
        following = page[-1][0] if len(rows) > limit else None
        return as_columns(("id", "partner_id", "kind", "is_payee"), page), following

    @api.private
    def _same_accounts(self, used, employees):
        """Yield a commercial partner and an employee for each bank account that both have."""
        by_number = defaultdict(lambda: self.env["hr.employee"])
        for employee in employees:
            for account in employee.bank_account_ids:
                by_number[bare(account.acc_number)] |= employee
        by_number.pop("", None)
        banks = (
            self.env["res.partner.bank"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id.commercial_partner_id", "in", used.ids)])
        )
        for bank in banks:
            for employee in by_number.get(bare(bank.acc_number), ()):
                yield bank.partner_id.commercial_partner_id, employee

    @api.private
    def _same_addresses(self, used, employees):
        """Yield a commercial partner and an employee for each address that both have.

        In a house of several partners of the books the second line has to be the same too.
        """
        vendors, doors = defaultdict(lambda: self.env["res.partner"]), {}
        for partner in used:
            house, door = addresses(partner.street, partner.street2, partner.zip, partner.city)
            if house:
                vendors[house] |= partner
                doors[partner] = door
        for employee in employees:
            house, door = addresses(
                employee.private_street, employee.private_street2, employee.private_zip, employee.private_city
            )
            there = vendors.get(house, self.env["res.partner"])
            many = len(there.commercial_partner_id) >= HOUSE
            for partner in there:
                if not many or (door and doors[partner] == door):
                    yield partner.commercial_partner_id, employee
