"""Who is there to take a step, in the days that are left."""

import importlib.util
from datetime import date
from pathlib import Path

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)
presence = kernel.load("presence")

DAYS = [date(2026, 11, day) for day in (2, 3, 4)]
WEEK = (date(2026, 11, 1), date(2026, 11, 8))
CONTROLLER = frozenset({"controller"})
LOCK = presence.Step("Lock", CONTROLLER)


def person(uid, *roles, **more):
    return presence.Person(uid, f"person {uid}", frozenset(roles), **more)


def lent(absent, *roles, days=WEEK):
    return presence.Lent(absent, frozenset(roles), *days)


def uncovered(people, *steps):
    return [(step.label, why) for step, why in presence.uncovered(people, steps, DAYS)]


def test_somebody_is_there():
    assert not uncovered([person(1, "reviewer"), person(2, "controller")], LOCK)


def test_nobody_has_the_role():
    assert uncovered([person(1, "reviewer")], LOCK) == [("Lock", {"away": [], "took_part": []})]
    assert uncovered([], LOCK) == [("Lock", {"away": [], "took_part": []})]


def test_the_one_who_could_is_away_or_made_it():
    away = person(1, "controller", away=(WEEK,))
    assert uncovered([away], LOCK) == [("Lock", {"away": ["person 1"], "took_part": []})]
    made = presence.Step("Lock", CONTROLLER, frozenset({2}))
    assert uncovered([away, person(2, "controller")], made) == [
        ("Lock", {"away": ["person 1"], "took_part": ["person 2"]})
    ]


def test_back_on_the_last_day_is_enough():
    assert not uncovered([person(1, "controller", away=((date(2026, 11, 1), date(2026, 11, 3)),))], LOCK)


def test_a_delegate_covers_in_his_days_and_not_on_the_absent_persons_work():
    away = person(1, "controller", away=(WEEK,))
    assert not uncovered([away, person(2, "reviewer", lent=(lent(1, "controller"),))], LOCK)
    early = lent(1, "controller", days=(date(2026, 10, 1), date(2026, 11, 1)))
    assert uncovered([away, person(2, "reviewer", lent=(early,))], LOCK)
    other = lent(1, "preparer")
    assert uncovered([away, person(2, "reviewer", lent=(other,))], LOCK)
    made = presence.Step("Lock", CONTROLLER, frozenset({1}))
    assert uncovered([away, person(2, "reviewer", lent=(lent(1, "controller"),))], made)


def test_a_delegate_who_is_away_himself_covers_nothing():
    away = person(1, "controller", away=(WEEK,))
    delegate = person(2, "reviewer", away=(WEEK,), lent=(lent(1, "controller"),))
    assert [label for label, _why in uncovered([away, delegate], LOCK)] == ["Lock"]
