"""What people rejected in this period isn't proposed again; other amounts come under a key of their own."""

from dataclasses import replace

import pytest

from agent_service.core.adjustments.rejections import Rejection, amounts, held_back
from tests.agent.core.adjustments.grni_case import entry, gr1
from tests.agent.core.builders import Ledger

KEY = "GR:1:2026-10"


@pytest.fixture
def ledger():
    made = Ledger()
    gr1(made)
    return made


@pytest.fixture
def made(ledger):
    return entry(ledger)


def rejected(ledger, **more):
    accounts = {ledger.accounts["5000"]: "1102.50", ledger.roles["grni"]: "-1102.50"}
    return replace(Rejection(KEY, accounts, "comes with the freight"), **more)


def test_the_same_on_the_same_accounts_is_held_back_with_the_reason(ledger, made):
    assert amounts(made) == rejected(ledger).amounts
    kept, held = held_back([made], {KEY: "rejected"}, [rejected(ledger)])
    assert (kept, [one.text for one in held]) == (
        [],
        ["1102.50 USD rejected: comes with the freight"],
    )


def test_other_amounts_or_accounts_get_a_key_of_their_own(ledger, made):
    other = rejected(ledger, amounts={ledger.accounts["5000"]: "980.00", ledger.roles["grni"]: "-980.00"})
    kept, held = held_back([made], {KEY: "rejected"}, [other])
    assert ([one.key for one in kept], held) == ([f"{KEY}:again-2"], [])
    assert kept[0] == replace(made, key=f"{KEY}:again-2")
    others = {ledger.accounts["7000"]: "1102.50", ledger.roles["grni"]: "-1102.50"}
    elsewhere = rejected(ledger, amounts=others)
    assert held_back([made], {KEY: "rejected"}, [elsewhere])[0] == kept


def test_what_was_rejected_a_second_time_is_the_same_too(ledger, made):
    other = rejected(ledger, amounts={1: "1.00", 2: "-1.00"})
    again = rejected(ledger, key=f"{KEY}:again-2", reason="still not")
    decided = {KEY: "rejected", again.key: "rejected"}
    kept, held = held_back([made], decided, [other, again])
    assert (kept, held[0].rejection) == ([], again)
    third = replace(again, amounts={1: "2.00", 2: "-2.00"})
    (one,), _held = held_back([made], decided, [other, third])
    assert one.key == f"{KEY}:again-3"
    (one,), _held = held_back([made], decided | {f"{KEY}:again-3": "posted"}, [other, third])
    assert one.key == f"{KEY}:again-4"


def test_another_key_or_an_older_add_on_holds_nothing_back(ledger, made):
    for one in (rejected(ledger, key=f"{KEY}:2"), rejected(ledger, key="GR:1:2026-1"), Rejection(KEY)):
        assert held_back([made], {one.key: "rejected"}, [one]) == ([made], [])
