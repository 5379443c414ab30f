"""What two versions of a policy differ in, its phases, and how proposals are scored."""

from decimal import Decimal

import pytest

from tests.contract import kernel

shape = kernel.load("policy_shape")
diff = kernel.load("policy_diff")
score = kernel.load("score")

PARAMS = {
    "materiality": "5000.00",
    "tolerance_units": 1,
    "roles": {"grni": 4, "suspense": [5, 6]},
    "adjustment_journal_id": 7,
    "bands": {"auto": "0.95", "review": "0.70"},
    "limits": {"match": "100.00"},
    "rules": {"CMP001": {"enabled": True}},
}


def _changed(**changes):
    return [(change.name, change.old, change.new) for change in diff.changes(PARAMS, {**PARAMS, **changes})]


# -- differences ---


def test_each_changed_parameter_once():
    assert _changed() == []
    assert _changed(materiality="6000.00") == [("materiality", "5000.00", "6000.00")]
    assert _changed(bands={"auto": "0.97", "review": "0.70"}) == [("bands.auto", "0.95", "0.97")]


def test_a_list_is_one_value():
    assert _changed(roles={"grni": 4, "suspense": [5]}) == [("roles.suspense", [5, 6], [5])]


def test_what_comes_and_what_goes():
    assert _changed(phase="observe") == [("phase", None, "observe")]
    assert _changed(rules={}) == [("rules", None, {}), ("rules.CMP001.enabled", True, None)]
    assert _changed(rules={"CMP001": {"enabled": True, "n": 6}}) == [("rules.CMP001.n", None, 6)]


def test_false_is_no_nothing():
    assert _changed(rules={"CMP001": {"enabled": False}}) == [("rules.CMP001.enabled", True, False)]


# -- phases ---


@pytest.mark.parametrize("phase", shape.PHASES[:2])
def test_the_first_phases_need_nothing(phase):
    shape.check_policy({**PARAMS, "phase": phase})


@pytest.mark.parametrize(
    "changes",
    [
        {"phase": "automatic"},
        {"phase": "automatic", "automatic": {"max_amount": "50.00", "kinds": []}},
        {"phase": "automatic", "automatic": {"max_amount": "-1", "kinds": ["match"]}},
        {"phase": "automatic", "automatic": {"max_amount": "50.00", "kinds": ["lock"]}},
        {"phase": "automatic", "automatic": {"max_amount": "50.00", "kinds": ["finding"]}},
        {"phase": "automatic", "automatic": {"max_amount": "5", "kinds": ["entry"], "unattended": True}},
        {"phase": "by itself"},
        {"bands": {"auto": "0.69", "review": "0.70"}},
    ],
)
def test_what_no_policy_says(changes):
    with pytest.raises(shape.PayloadError):
        shape.check_policy({**PARAMS, **changes})


def test_automatic_has_its_limits():
    shape.check_policy(
        {**PARAMS, "phase": "automatic", "automatic": {"max_amount": "50.00", "kinds": ["match"]}}
    )


# -- scores ---


def test_shares_are_rounded_down_and_nothing_is_no_zero():
    tally = score.Tally(hits=2, extra=1, misses=2)
    assert (score.percent(tally.precision), score.percent(tally.recall)) == ("66.6 %", "50.0 %")
    assert score.percent(score.Tally().precision) == "–"
    assert score.Tally(hits=3, misses=None).recall is None


def test_few_is_below_thirty():
    assert score.Tally(hits=20, extra=9).few
    assert not score.Tally(hits=20, extra=10).few
    assert score.Tally(hits=1, waiting=100).few


def test_tallies_add_up():
    assert score.Tally(1, 2, 3, 4) + score.Tally(1, 1, 1, 1) == (2, 3, 4, 5)
    assert (score.Tally(1, 2, None) + score.Tally(1, 1, 1)).misses is None


def test_matches_against_what_was_booked():
    verdicts = score.tally_items(
        proposed={1: [10], 2: [20], 3: [30], 4: [40, 41], 6: [60]},
        booked={1: {10}, 2: {21}, 4: {40}, 5: {50}, 7: set()},
        settled={1, 2, 4, 5, 6, 7},
    )
    assert verdicts == {1: "hit", 2: "extra", 3: "waiting", 4: "extra", 5: "miss", 6: "extra"}


def _amounts(**amounts):
    return {int(name[1:]): Decimal(amount) for name, amount in amounts.items()}


@pytest.mark.parametrize(
    ("booked", "span", "same"),
    [
        (_amounts(a1="100.00", a2="-100.00"), None, True),
        (_amounts(a1="100.01", a2="-100.01"), None, True),
        (_amounts(a1="100.02", a2="-100.02"), None, False),
        (_amounts(a1="100.00", a3="-100.00"), None, False),
        (_amounts(a1="100.00", a2="-90.00", a3="-10.00"), None, False),
        (_amounts(a1="110.00", a2="-110.00"), ("90.00", "110.00"), True),
        (_amounts(a1="110.02", a2="-110.02"), ("90.00", "110.00"), False),
        # the right size on the wrong side is another entry
        (_amounts(a1="-100.00", a2="100.00"), ("90.00", "110.00"), False),
    ],
)
def test_entries_against_what_was_booked(booked, span, same):
    proposed = _amounts(a1="100.00", a2="-100.00")
    span = span and tuple(map(Decimal, span))
    assert score.fits(proposed, booked, Decimal("0.01"), span) is same


def test_a_booked_entry_counts_once():
    pairs, left = score.pair({"p": 5, "q": 5, "r": 6}, {"x": 5, "y": 7}, lambda mine, theirs: mine == theirs)
    assert (pairs, left) == ({"p": "x"}, {"y"})
