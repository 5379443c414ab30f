"""When something is told: in the morning, near the due day, and only what is new."""

import importlib.util
from datetime import date, datetime
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)
notices = kernel.load("notices")
shape = kernel.load("shape")

TODAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("due", "reach", "near"),
    [
        (date(2026, 11, 5), date(2026, 11, 5), True),
        (date(2026, 11, 6), date(2026, 11, 5), False),
        (date(2026, 11, 3), TODAY, True),
        # the server was down on the days before
        (date(2026, 10, 28), date(2026, 11, 5), True),
        (date(2026, 10, 26), date(2026, 11, 5), False),
        (None, date(2026, 11, 5), False),
    ],
)
def test_the_due_day_is_near(due, reach, near):
    assert notices.is_near(TODAY, due, reach) is near


@pytest.mark.parametrize(("hour", "morning"), [(6, False), (7, True), (23, True)])
def test_the_morning_begins_at_its_hour(hour, morning):
    assert notices.is_morning(datetime(2026, 11, 3, hour, 59), 7) is morning


def test_only_what_is_new_is_told_until_the_due_day_is_near():
    facts, far = {"pct": 70}, date(2026, 11, 20)
    assert notices.is_news(facts, None, TODAY, far)
    assert notices.is_news(facts, {"pct": 60}, TODAY, far)
    assert not notices.is_news(facts, dict(facts), TODAY, far)
    assert not notices.is_news(facts, dict(facts), TODAY, None)
    assert notices.is_news(facts, dict(facts), TODAY, date(2026, 11, 6))


def test_a_figure_says_how_it_moved():
    assert (notices.moved(5, 3), notices.moved(3, 5), notices.moved(3, 3), notices.moved(3, None)) == (
        " (+2)",
        " (-2)",
        "",
        "",
    )


def test_without_a_section_nothing_is_sent_and_no_amount_told():
    says = notices.settings({})
    assert (says.anything, says.amounts, says.days) == (False, False, 2)
    assert notices.settings({"report": {"digest": True}}).anything


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": ["agent"]},
        {"to": [0]},
        {"days": 16},
        {"hour": 24},
        {"amounts": 1},
        {"cc": []},
        {"package_to": ["agent"]},
    ],
)
def test_a_wrong_section_is_refused(wrong):
    with pytest.raises(shape.PayloadError):
        notices.REPORT.check(wrong)
