"""Versions of the matcher: which months are held out, and what counts as right."""

import pytest

from tests.contract import kernel

matcher = kernel.load("matcher")
YES = {"items": [1, 2], "kind": "items", "account": None, "band": "auto"}
FEE = {"items": [], "kind": "bank_fee", "account": 627, "band": "review"}


@pytest.mark.parametrize(
    ("months", "out"),
    [
        ([], []),
        (["2026-10"], []),
        (["2026-10", "2026-09"], ["2026-10"]),
        (["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-05"], ["2026-09", "2026-10"]),
        ([f"2025-{month:02}" for month in range(1, 13)], ["2025-10", "2025-11", "2025-12"]),
    ],
)
def test_the_last_third_is_held_out_and_something_is_left_to_learn_from(months, out):
    assert matcher.held_out(months) == out


@pytest.mark.parametrize(
    ("answer", "chosen", "said"),
    [
        (YES, {**YES, "items": [2, 1]}, "right"),
        (YES, {**YES, "items": [1]}, "wrong"),
        (None, YES, "open"),
        ({**YES, "items": [], "kind": "none"}, YES, "open"),
        (FEE, {**FEE, "kind": "account"}, "right"),
        (FEE, {**FEE, "account": 628}, "wrong"),
        ({**FEE, "account": None}, FEE, "right"),
        (FEE, {**FEE, "kind": "tax"}, "wrong"),
        ({**FEE, "kind": "offset"}, {**FEE, "kind": "account"}, "wrong"),
        (FEE, YES, "wrong"),
    ],
)
def test_right_is_what_people_did(answer, chosen, said):
    assert matcher.judged(answer, {"chosen": chosen, "refused": None}) == said


def test_where_people_only_said_no_the_same_again_is_wrong_and_anything_else_unknown():
    truth = {"chosen": None, "refused": YES}
    assert matcher.judged(YES, truth) == "wrong"
    assert matcher.judged(FEE, truth) == "unknown"


def test_a_sure_one_counts_and_a_worse_one_is_told():
    truths = {key: {"kind": "items", "chosen": YES, "refused": None} for key in range(3)}
    wrong = {**YES, "items": [9]}
    found = matcher.tally(truths, {0: {"before": YES, "after": YES}, 1: {"before": None, "after": wrong}})
    totals = found["totals"]
    assert (totals["lines"], totals["untried"], totals["auto_before"], totals["auto_after"]) == (3, 1, 1, 2)
    assert (totals["right_after"], totals["auto_wrong_after"], totals["open_before"]) == (1, 1, 1)
    assert matcher.worse(totals)
    assert not matcher.worse(matcher.tally(truths, {0: {"before": YES, "after": YES}})["totals"])
    assert found["kinds"][0]["few"]
