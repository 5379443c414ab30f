"""Facts of one variance, as the tests of texts tell them."""

import pytest

from agent_service.core.money import Currency
from agent_service.llm.derived import amount, difference, share
from agent_service.llm.facts import Fact, Facts

EUR = Currency(1, "EUR", 2)


@pytest.fixture
def rent():
    """Rent rose from 8,000.00 to 12,000.00; one lessor made it."""
    both = ("account", "month")
    return Facts(
        (
            Fact("account", "name", "an account", "6100 Rent"),
            Fact("month", "name", "the month that is closed", "October 2026"),
            Fact("before", "name", "the month before", "September 2026"),
            amount("actual", "balance", 1_200_000, EUR, about=both, of="month"),
            amount("prior", "balance before", 800_000, EUR, about=("account", "before"), of="before"),
            difference("change", "change", 1_200_000, 800_000, EUR, about=(*both, "before")),
            Fact("lessor", "driver", "the largest driver, a vendor", "Lessor SA +4,000.00 EUR", sign=1),
            share("part", "share of the largest driver in the change", 400_000, 400_000),
        )
    )
