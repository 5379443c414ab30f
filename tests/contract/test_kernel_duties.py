"""Duties of a policy: they take roles away from the kernel's steps and never add any."""

import importlib.util
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)
duties = kernel.load("duties")
shape = kernel.load("shape")
sod = kernel.load("sod")

PEOPLE = ("preparer", "reviewer", "controller")
BANDS = [
    {"up_to": "1000.00", "roles": ["reviewer", "controller"]},
    {"up_to": None, "roles": ["controller"]},
]


def check(section):
    duties.DUTIES.check(section, "duties")
    duties.check_duties({"duties": section})


def test_the_floor_names_steps_of_people_only():
    floor = duties.floor()
    assert floor["entry.approve"] == {"reviewer", "controller"}
    assert floor["lock.approve"] == {"controller"}
    assert "run.begin" not in floor
    assert "task.stale" not in floor
    assert all(roles <= set(PEOPLE) for roles in floor.values())


@pytest.mark.parametrize(
    "section",
    [
        {},
        {"profile": "standard", "steps": {}, "password": []},
        {"profile": "small_team", "password": ["lock", "reopen", "policy"]},
        {"steps": {"entry.approve": BANDS}},
        {"steps": {"entry.prepare": [{"up_to": None, "roles": ["preparer"]}]}},
    ],
)
def test_what_tightens_is_taken(section):
    check(section)


@pytest.mark.parametrize(
    ("section", "word"),
    [
        (
            {"steps": {"lock.approve": [{"up_to": None, "roles": ["reviewer", "controller"]}]}},
            "takes roles away",
        ),
        ({"steps": {"entry.approve": [{"up_to": None, "roles": ["preparer"]}]}}, "takes roles away"),
        ({"steps": {"entry.approve": [{"up_to": "10.00", "roles": ["controller"]}]}}, "no limit"),
        ({"steps": {"entry.approve": [BANDS[1], BANDS[0]]}}, "no limit"),
        ({"steps": {"entry.approve": [BANDS[0], BANDS[0], BANDS[1]]}}, "rise"),
        ({"steps": {"entry.aprove": BANDS}}, "no such step"),
        ({"steps": {"run.begin": [{"up_to": None, "roles": ["controller"]}]}}, "no such step"),
        ({"steps": {"entry.approve": [{"up_to": None, "roles": ["agent"]}]}}, "one of"),
        ({"steps": {"entry.approve": [{"up_to": None, "roles": []}]}}, "a list"),
        ({"steps": {"entry.approve": []}}, "a list"),
        ({"steps": {"entry.approve": [{"up_to": 10, "roles": ["controller"]}]}}, "not an amount"),
        ({"profile": "one_person"}, "one of"),
        ({"password": ["entry"]}, "one of"),
        ({"approve_all": True}, "no such member"),
    ],
)
def test_what_loosens_or_leaves_a_gap_is_refused(section, word):
    with pytest.raises(shape.PayloadError, match=word):
        check(section)


def test_the_band_of_an_amount():
    section = {"steps": {"entry.approve": BANDS}}
    for amount, roles in (
        ("0", {"reviewer", "controller"}),
        ("1000.00", {"reviewer", "controller"}),
        ("-1000.00", {"reviewer", "controller"}),
        ("1000.01", {"controller"}),
        ("-1000.01", {"controller"}),
    ):
        assert duties.roles_for(section, "entry.approve", Decimal(amount)) == roles
    # what has no amount counts as the largest
    assert duties.roles_for(section, "entry.approve", None) == {"controller"}
    assert duties.roles_for(section, "entry.review", Decimal(1)) is None
    assert duties.roles_for(None, "entry.approve", Decimal(1)) is None


def test_what_the_server_and_the_agent_do_is_not_the_policys_business():
    section = {"steps": {"task.prepare": [{"up_to": None, "roles": ["preparer"]}]}}
    needed = {"server", "preparer", "reviewer", "controller"}
    assert duties.narrowed(needed, section, "task.prepare", None) == {"server", "preparer"}


amounts = st.none() | st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@given(st.data(), amounts)
def test_no_policy_that_is_taken_gives_anybody_a_step(data, amount):
    """Whatever the duties say: what is left of a step's roles is a part of the kernel's own."""
    floor = duties.floor()
    action = data.draw(st.sampled_from(sorted(floor)))
    limits = sorted(data.draw(st.sets(st.integers(1, 10**6), max_size=3)))
    bands = [
        {"up_to": None if limit is None else str(limit), "roles": data.draw(
            st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))}
        for limit in [*limits, None]
    ]  # fmt: skip
    section = {"steps": {action: bands}}
    try:
        check(section)
    except shape.PayloadError:
        assert any(set(band["roles"]) - floor[action] for band in bands)
        return
    held = data.draw(st.sets(st.sampled_from(sorted({*PEOPLE, "auditor", "agent", "server"}))))
    left = duties.narrowed(floor[action], section, action, amount)
    assert left <= floor[action]
    if sod.judge(left, held) is None:
        assert sod.judge(floor[action], held) is None


def test_profile_and_password():
    assert duties.is_small_team({"profile": "small_team"})
    assert not duties.is_small_team({"profile": "standard"})
    assert not duties.is_small_team(None)
    assert duties.wants_password({"password": ["lock"]}, "lock")
    assert not duties.wants_password({"password": ["lock"]}, "reopen")
    assert not duties.wants_password(None, "lock")
