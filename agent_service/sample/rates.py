"""Exchange rates: a daily walk in US dollars a unit, four decimals, fixed at the closing date."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from agent_service.sample.money import cents

# The closing rates of the worked examples, so that a reader meets the same numbers.
_CLOSING = {"EUR": Decimal("1.0842"), "GBP": Decimal("1.2715")}
_STEP = Decimal("0.0001")


def walk(seed: int, start: date, end: date, tail_days: int) -> dict[str, dict[date, Decimal]]:
    """Return a rate for each working day; the last one up to `end` is the example's closing rate."""
    days = [start - timedelta(days=7) + timedelta(days=n) for n in range((end - start).days + 8 + tail_days)]
    working = [day for day in days if day.weekday() < 5]
    anchor = max(index for index, day in enumerate(working) if day <= end)
    rates: dict[str, dict[date, Decimal]] = {}
    for currency, closing in _CLOSING.items():
        rng = Random(f"{seed}:rate:{currency}")
        values = {anchor: closing}
        for indexes in (range(anchor - 1, -1, -1), range(anchor + 1, len(working))):
            value = closing
            for index in indexes:
                pull = (closing - value) / 100
                value = (value + pull + Decimal(rng.randrange(-45, 46)) * _STEP).quantize(
                    _STEP, rounding=ROUND_HALF_UP
                )
                values[index] = value
        rates[currency] = {working[index]: values[index] for index in sorted(values)}
    return rates


class Rates:
    """Conversion at a day's rate, as the books do it: multiplied exactly, rounded half up once."""

    def __init__(self, table: dict[str, dict[date, Decimal]]) -> None:
        self._table = table

    def usd(self, currency: str, day: date) -> Decimal:
        """Return US dollars for one unit of the currency; a weekend has Friday's rate."""
        if currency == "USD":
            return Decimal(1)
        table = self._table[currency]
        while day.weekday() > 4:
            day -= timedelta(days=1)
        return table[day]

    def convert(self, amount: Decimal, currency: str, target: str, day: date) -> Decimal:
        """Convert between two currencies at the rate of a day, rounded to two decimals."""
        if currency == target:
            return amount
        return cents(amount * self.usd(currency, day) / self.usd(target, day))
