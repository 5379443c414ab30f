"""Key figures: hand-computed parts and wholes, and a reason where there is nothing to divide."""

from decimal import Decimal

import pytest

from tests.contract import kernel

figures = kernel.load("figures")
ZERO = Decimal(0)
NOTHING = {
    "days": None, "days_why": "not_locked", "version": 1, "lines": 0, "by_agent": 0, "by_server": 0,
    "accepted": 0, "in_bulk": 0, "match_right": 0, "match_wrong": 0, "undone": 0, "blind_right": 0,
    "blind_asked": 0, "entry_right": 0, "entry_wrong": 0, "entries_posted": 0, "open_findings": 0,
    "open_days": ZERO, "timed_s": ZERO, "timed": 0, "untimed": 0, "runs": 0, "cost": ZERO,
}  # fmt: skip
# 482 lines, 412 as proposed (300 in bulk, 12 by the server); 100 looked at, 2 undone, 3 rejected; 8 entries.
MONTH = {
    **NOTHING, "days": 6, "lines": 482, "by_agent": 412, "by_server": 12, "accepted": 412, "in_bulk": 300,
    "match_right": 100, "match_wrong": 5, "undone": 2, "blind_right": 9, "blind_asked": 10,
    "entry_right": 6, "entry_wrong": 2,
    "entries_posted": 7, "open_findings": 4, "open_days": Decimal("10.5"), "timed_s": Decimal(5400),
    "timed": 90, "untimed": 10, "runs": 3, "cost": Decimal("1.230001"),
}  # fmt: skip
BASELINE = figures.Baseline(Decimal("1.5"), Decimal(40))


def test_a_month_by_hand():
    found = figures.figures(MONTH, BASELINE)
    assert list(found) == list(figures.UNITS)
    said = {code: figures.text(code, figure) for code, figure in found.items()}
    assert said == {
        "close_days": "6",
        "reopens": "0",
        "auto_match": "85.4 %",  # 412 / 482 = 85.477
        "touchless": "2.4 %",  # 12 / 482: what people accepted, in bulk or not, is none of it
        "bulk": "72.8 %",  # 300 / 412
        "precision_match": "95.2 %",  # 100 / 105
        "precision_entry": "75.0 %",
        "precision_blind": "90.0 %",
        "undone_later": "0.4 %",  # 2 / 414
        "exception_age": "2.6",  # 10.5 / 4
        "handling": "1.7",  # 5400 s for 90, 10 more at 60 s: 6000 s
        "hours_saved": "13.3",  # 412 * 1.5 + 7 * 40 = 898 min = 14.9667 h, less 1.6667 h
        "cost": "1.23",
    }
    assert figures.value("hours_saved", found["hours_saved"]) == Decimal("13.3000")


def test_nothing_is_no_zero():
    found = figures.figures(NOTHING, None)
    assert {code: figure.why for code, figure in found.items()} == {
        "close_days": "not_locked",
        "reopens": "not_locked",
        "auto_match": "no_lines",
        "touchless": "no_lines",
        "bulk": "none_accepted",
        "precision_match": "none_decided",
        "precision_entry": "none_decided",
        "precision_blind": "no_sample",
        "undone_later": "none_accepted",
        "exception_age": "none_open",
        "handling": None,
        "hours_saved": "no_baseline",
        "cost": "no_run",
    }
    for code, figure in found.items():
        # nobody decided anything: no time was spent, which is known
        assert (figures.value(code, figure) is None) == (code != "handling")


@pytest.mark.parametrize(
    ("timed_s", "timed", "untimed", "seconds"),
    [(0, 0, 0, 0), (0, 0, 3, None), (120, 2, 0, 120), (120, 2, 1, 180)],
)
def test_a_decision_without_one_before_it_counts_as_the_average(timed_s, timed, untimed, seconds):
    assert figures.handled_s(Decimal(timed_s), timed, untimed) == seconds


def test_hours_may_be_lost():
    facts = {**MONTH, "by_agent": 10, "entries_posted": 0}
    assert figures.text("hours_saved", figures.figures(facts, BASELINE)["hours_saved"]) == "-1.4"


def test_without_a_timed_decision_no_hours_are_claimed():
    facts = {**MONTH, "timed_s": ZERO, "timed": 0}
    assert figures.figures(facts, BASELINE)["hours_saved"].why == "no_time"
