"""What all flows share: the plan under construction, its calendar and its random streams."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from agent_service.sample import people
from agent_service.sample.documents import Document, Entry, EntryLine, Line, Partner, Plan, Product
from agent_service.sample.months import Month
from agent_service.sample.numbers import VendorNumbers
from agent_service.sample.rates import Rates


class Builder:
    """Collects the documents of the flows in the order in which they are drawn."""

    def __init__(self, plan: Plan, rates: Rates) -> None:
        self.plan = plan
        self.rates = rates
        self.numbers = VendorNumbers(plan.seed)
        self.end = Month.parse(plan.end)
        self.history = [Month.parse(text) for text in plan.history]
        self.full = [Month.parse(text) for text in plan.full]
        self.partners = {partner.key: partner for partner in plan.partners}
        self.products = {product.key: product for product in plan.products}
        self.companies = {company.key: company for company in plan.companies}
        self.coming: list[Document] = []
        """Bills for the last month that come after it: not in the books, and true all the same."""

    def rng(self, flow: str, part: object = "") -> Random:
        """Return the random stream of one flow (and month): a change to one leaves the others alone."""
        return Random(f"{self.plan.seed}:{flow}:{part}")

    @property
    def months(self) -> list[Month]:
        """All months, the light ones first."""
        return [*self.history, *self.full]

    def of_kind(self, kind: str, currency: str) -> list[Partner]:
        """Return the traders of one kind and currency; utilities and the like are not among them."""
        prefix = {"customer": "cust", "vendor": "vend"}[kind]
        return [p for p in self.plan.partners if p.key.startswith(prefix) and p.currency == currency]

    def goods(self) -> list[Product]:
        """Return what is both bought and sold."""
        return [product for product in self.plan.products if product.key.startswith("prod")]

    def due(self, partner: str, day: date) -> date:
        """Return the due date by the partner's terms."""
        return day + timedelta(days=self.partners[partner].terms_days)

    def simple(
        self,
        key: str,
        kind: str,
        partner: str,
        day: date,
        account: str,
        amount: Decimal,
        label: str,
        ref: str = "",
        *,
        company: str = "trading",
        currency: str = "",
        state: str = "posted",
        taxed: bool = False,
        accounting: date | None = None,
    ) -> Document:
        """Add a document of a single line and return it."""
        document = Document(
            key,
            company,
            kind,
            partner,
            day,
            accounting or day,
            self.due(partner, day),
            currency or self.companies[company].currency,
            [Line(f"{key}/1", label, account, Decimal(1), amount, taxed=taxed)],
            ref=ref,
            state=state,
        )
        self.plan.documents.append(document)
        return document

    def entry(
        self,
        key: str,
        journal: str,
        day: date,
        ref: str,
        lines: list[tuple],
        *,
        company: str = "trading",
        state: str = "posted",
    ) -> Entry:
        """Add a journal entry; lines are (account, balance, label[, partner])."""
        entry = Entry(
            key,
            company,
            journal,
            day,
            ref,
            [EntryLine(*self._line(line)) for line in lines],
            state,
        )
        self.plan.entries.append(entry)
        return entry

    @staticmethod
    def _line(line: tuple) -> tuple:
        account, balance, label, *partner = line
        return (account, balance, label, *(partner or [""]))


def new_plan(seed: int, months: int, scale: int, end: str, light: int = 0) -> Plan:
    """Return an empty plan with its calendar: nine light months or more before the full ones, or `light`."""
    if not 1 <= months <= 24:
        raise ValueError("--months must lie between 1 and 24")
    if not 1 <= scale <= 50:
        raise ValueError("--scale must lie between 1 and 50")
    last = Month.parse(end)
    full = [last.plus(n) for n in range(1 - months, 1)]
    light = light or max(9, 12 - months)
    history = [full[0].plus(n) for n in range(-light, 0)]
    return Plan(
        seed,
        months,
        scale,
        str(last),
        [str(m) for m in history],
        [str(m) for m in full],
        companies=people.companies(),
        partners=people.partners(seed),
        products=people.products(),
    )
