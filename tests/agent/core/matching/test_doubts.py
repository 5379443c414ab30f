"""What doubts take from a confidence, and that no doubt, nor weak evidence, ends among the sure ones."""

from datetime import date
from decimal import Decimal

import pytest

from agent_service.core.matching.confidence import logit, sigmoid
from agent_service.core.matching.doubts import NEVER_AUTO, doubts, stated
from agent_service.core.matching.engine import match
from agent_service.core.matching.explanations import Explanation
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.model import Item, Line, Rates, Settings
from agent_service.core.matching.resolve import Taken
from agent_service.core.matching.weights import DOUBTS, WEIGHTS
from benchmarks.confidence import TOSSES, fitted, tossed
from benchmarks.confidence import stated as stated_by

SURE = 0.9995
OF_THE_COMPETITION = {"contested", "ambiguous", "tied", "one_of_sets", "for_a_person"}


def taken(probability=SURE, how="exact", rivals=(), contested=False, **features):
    one = Explanation((0,), (0,), "items", {"ref": 1.0, **features}, how=how)
    return Taken(one, probability, list(rivals), contested)


def test_every_doubt_is_one_that_an_explanation_can_have():
    for family, names in DOUBTS.items():
        assert set(names) - {"bias", "sure"} - OF_THE_COMPETITION <= set(WEIGHTS[family]), family
    known = set(DOUBTS["items"]) | set(DOUBTS["without_items"])
    assert set(NEVER_AUTO) <= known, "what a person decides has a weight of its own"


@pytest.mark.parametrize("name", [one for one in NEVER_AUTO if one in DOUBTS["items"]])
def test_what_a_person_decides_is_never_stated_as_surely_as_the_same_without_the_doubt(name):
    plain, doubtful = stated(taken(), Learned.default()), stated(taken(**{name: 1.0}), Learned.default())
    assert doubtful < plain
    assert "for_a_person" in doubts(taken(**{name: 1.0}))


def test_a_rival_and_another_line_that_wants_the_item_are_doubts():
    rival = Explanation((0,), (1,), "items", {}, how="exact")
    assert doubts(taken(rivals=[(rival, 0.2)])).keys() >= {"ambiguous"}
    assert doubts(taken(0.6, rivals=[(rival, 0.35)])).keys() >= {"tied"}, "fits as well"
    assert "ambiguous" not in doubts(taken(rivals=[(rival, 0.05)]))
    assert doubts(taken(contested=True)).keys() >= {"contested"}


def test_the_company_s_own_curve_bends_what_doubts_left():
    humble = Learned(curves={"items": ((0.5, 0.3), (0.99, 0.6))})
    assert stated(taken(0.9), humble) < Decimal("0.7") < stated(taken(0.9), Learned.default())


def test_an_amount_alone_is_for_a_person_however_often_it_was_right():
    """The published doubts raise weak evidence that turned out right; the band follows the weights too."""
    day = date(2026, 10, 5)
    owed = [Item(n, day, 100_000 + 7 * n, "EUR", 100_000 + 7 * n, partner_id=n) for n in range(50)]
    (found,) = match([Line(1, day, 100_070, "EUR", "PAYMENT")], owed, Settings("EUR"), Rates())
    assert found.band != "auto", found


def test_doubts_fitted_on_rows_say_what_was_right_and_few_rows_move_little():
    def rows(lines, right, **features):
        given = {"sure": logit(0.999), **features}
        return [(given, True, right), (given, False, lines - right)]

    many = fitted(rows(5000, 4990) + rows(500, 400, doubted=1.0), ("bias", "sure", "doubted"))
    assert abs(stated_by({"sure": logit(0.999), "doubted": 1.0}, many) - 0.8) < 0.02
    assert abs(stated_by({"sure": logit(0.999)}, many) - 0.998) < 0.002
    few = fitted(rows(5000, 4990) + rows(2, 1, doubted=1.0), ("bias", "sure", "doubted"))
    assert -3.0 < few["doubted"] < -0.2
    assert fitted([], ("bias", "sure", "doubted")) == {"bias": 0.0, "sure": 1.0, "doubted": 0.0}
    assert sigmoid(0.0) == 0.5


def test_known_weights_are_kept_where_more_rows_say_nothing_and_move_where_they_do():
    known = {"bias": 1.0, "sure": 1.2, "doubted": -2.0, "never_seen": -1.5}
    plain = {"sure": logit(0.999)}
    rows = [({**plain, "doubted": 1.0}, True, 500), ({**plain, "doubted": 1.0}, False, 500)]
    made = fitted(rows, known, 4.0, known)
    assert made["never_seen"] == -1.5
    assert abs(stated_by({**plain, "doubted": 1.0}, made) - 0.5) < 0.05 < stated_by(plain, made)


def test_what_nobody_can_tell_is_stated_at_a_half_and_never_more():
    for family, names in TOSSES.items():
        assert tossed(family, DOUBTS[family]) == dict(DOUBTS[family]), "the published weights hold it so"
        for name in names:
            assert stated(taken(**{name: 1.0}), Learned.default()) == Decimal("0.5")
            assert stated(taken(0.7, **{name: 1.0}), Learned.default()) < Decimal("0.5")
