"""The trial balance sums to zero, and earnings of prior years stand apart."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.analysis.trial_balance import trial_balance
from tests.agent.core.builders import CHART, Ledger

YEAR = date(2026, 1, 1)
END = date(2026, 10, 31)


def test_three_parts_of_one_ledger():
    ledger = Ledger()
    ledger.entry("2024-05-01", ("1010", "1000.00"), ("3000", "-1000.00"))
    ledger.entry("2025-12-31", ("1010", "300.00"), ("4000", "-300.00"))
    ledger.entry("2026-01-01", ("1010", "50.00"), ("4000", "-50.00"))
    ledger.entry("2026-10-31", ("6000", "20.00"), ("1010", "-20.00"))
    ledger.entry("2026-11-01", ("6000", "7.00"), ("1010", "-7.00"))
    ledger.entry("2026-10-01", ("6000", "9.00"), ("1010", "-9.00"), state="draft")
    made = trial_balance(ledger.books(), END, YEAR)
    account = ledger.accounts
    assert made.balance_sheet == {account["1010"]: 133000, account["3000"]: -100000}
    assert made.profit_and_loss == {account["4000"]: -5000, account["6000"]: 2000}
    assert (made.prior_earnings, made.result, made.total) == (-30000, -3000, 0)
    assert (made.balance(account["6000"]), made.balance(account["7000"])) == (2000, 0)


def test_the_fiscal_year_decides_what_is_prior():
    ledger = Ledger()
    ledger.entry("2026-06-30", ("1010", "50.00"), ("4000", "-50.00"))
    ledger.entry("2026-07-01", ("1010", "5.00"), ("4000", "-5.00"))
    made = trial_balance(ledger.books(), END, date(2026, 7, 1))
    assert (made.prior_earnings, made.result) == (-5000, -500)


codes = st.sampled_from(sorted(CHART))
entries = st.lists(
    st.tuples(st.dates(date(2024, 1, 1), date(2026, 12, 31)), codes, codes, st.integers(1, 10**8)),
    max_size=25,
)


@given(entries, st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_balanced_entries_always_sum_to_zero(made, as_of):
    ledger = Ledger()
    for day, debit, credit, minor in made:
        amount = f"{minor // 100}.{minor % 100:02}"
        ledger.entry(day.isoformat(), (debit, amount), (credit, f"-{amount}"))
    assert trial_balance(ledger.books(), as_of, date(as_of.year, 1, 1)).total == 0
