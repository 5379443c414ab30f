"""What people did teaches names, accounts, weights and confidences; versions are compared."""

from decimal import Decimal

import pytest

from agent_service.core.errors import MatcherError
from agent_service.core.matching.compare import agrees, card, compare
from agent_service.core.matching.confidence import bent, compete, probability, stated
from agent_service.core.matching.fit import curve, refit, rising, unbent
from agent_service.core.matching.history import line_of, read
from agent_service.core.matching.learned import Learned, same
from agent_service.core.matching.learning import DEFAULT_SETTINGS, answers, learn


def line(id, amount, label, **more):
    return {"id": id, "date": "2026-10-05", "amount": amount, "currency": "EUR", "label": label, **more}


def item(id, amount, **more):
    return {"id": id, "date": "2026-09-20", "amount_residual": amount, "currency": "EUR", **more}


def accepted(id, one, items, **more):
    proposal = {"item_ids": [each["id"] for each in items], "kind": "items", "confidence": "0.9700", **more}
    return {
        "id": id, "decision": "accepted", "decided_on": "2026-10-06",
        "lines": [one], "items": items, "proposal": proposal, "chosen": None,
    }  # fmt: skip


def booked(id, one, kind, account, decision="corrected", proposal=None):
    return {
        "id": id, "decision": decision, "decided_on": "2026-10-06", "lines": [one], "items": [],
        "proposal": proposal, "chosen": {"item_ids": [], "kind": kind, "account": account},
    }  # fmt: skip


MOTHER_PAYS = [
    accepted(
        f"h{place}",
        line(f"l{place}", "119.00", f"Monthly payment {place}", partner_name="Holding Zebra AG"),
        [
            item(
                f"i{place}",
                "119.00",
                partner_id=77,
                partner_name="Small Shop Ltd",
                move_name=f"INV/26/{place}",
            )
        ],
    )
    for place in range(4)
]


def test_who_paid_for_whom_is_remembered_as_evidence():
    learned = learn(MOTHER_PAYS, Learned.default())
    new = line_of(
        line("x", "50.00", "Monthly payment 99", partner_name="Holding Zebra Aktiengesellschaft AG"),
        DEFAULT_SETTINGS,
    )
    assert [one.partner for one in learned.partners(new)] == [77]
    known = line_of(line("y", "50.00", "", partner_name="HOLDING ZEBRA"), DEFAULT_SETTINGS)
    best = learned.partners(known)[0]
    assert (best.partner, best.seen, best.total) == (77, 4, 4)
    assert 0.7 < best.share < 1
    other = line_of(line("z", "50.00", "", partner_name="Holding Yak AG"), DEFAULT_SETTINGS)
    assert not learned.partners(other)


def test_one_account_that_paid_for_several_is_sure_of_none():
    """odoo/odoo#168029: a payer's remembered bank account leads to the wrong invoices."""
    rows = [
        accepted(
            f"h{place}",
            line(f"l{place}", "10.00", "", account_number="DE12500105170648489890"),
            [item(f"i{place}", "10.00", partner_id=place % 2)],
        )
        for place in range(6)
    ]
    learned = learn(rows, Learned.default())
    shares = [one.share for one in learned.partners(line_of(rows[0]["lines"][0], DEFAULT_SETTINGS))]
    assert len(shares) == 2
    assert max(shares) < 0.5


def test_a_rejected_name_weighs_against_itself():
    refused = [{**row, "id": f"r{place}", "decision": "rejected"} for place, row in enumerate(MOTHER_PAYS)]
    before = learn(MOTHER_PAYS, Learned.default()).aliases["name:HOLDING ZEBRA"][0].share
    after = learn([*MOTHER_PAYS, *refused], Learned.default()).aliases["name:HOLDING ZEBRA"][0].share
    assert after < before * 0.7


def test_lines_without_items_go_where_people_put_them():
    rows = [
        booked(place, line(place, "-42.10", f"KOEPELFONDS RIVIERENLAND {place}00"), "tax", 4510)
        for place in range(5)
    ]
    learned = learn(rows, Learned.default())
    told = answers([booked("new", line(99, "-43.00", "KOEPELFONDS RIVIERENLAND 7700"), "tax", 4510)], learned)
    assert (told[0]["kind"], told[0]["account"]) == ("tax", 4510)
    before = answers(
        [booked("new", line(99, "-43.00", "KOEPELFONDS RIVIERENLAND 7700"), "tax", 4510)], Learned.default()
    )
    assert before[0]["kind"] == "none"


def test_the_same_rows_in_any_order_are_the_same_version():
    rows = [
        *MOTHER_PAYS,
        *(booked(f"b{at}", line(f"f{at}", "-3.00", "KONTOGEBUEHR"), "bank_fee", 627) for at in range(3)),
    ]
    one, other = learn(rows, Learned.default()), learn(rows[::-1], Learned.default())
    assert one.digest == other.digest
    assert learn(rows, one).aliases == one.aliases
    assert not same(one, Learned.default())
    assert Learned.of(one.payload()) == one


def test_a_versions_payload_is_checked():
    payload = Learned.default().payload()
    for broken in (
        {},
        {**payload, "format": 2},
        {**payload, "aliases": {"name:X": [[1.5, 1, 1]]}},
        {**payload, "counterparts": [["name:X", "?", []]]},
        {**payload, "weights": {"items": {"ref": "a lot"}}},
        {**payload, "curves": None},
    ):
        with pytest.raises(MatcherError):
            Learned.of(broken)


def test_a_broken_history_row_is_named():
    with pytest.raises(MatcherError, match=r"row 2 \(id h2"):
        read([MOTHER_PAYS[0], {"id": "h2", "decision": "perhaps", "lines": []}], DEFAULT_SETTINGS)


def test_a_company_that_corrects_makes_the_matcher_humbler():
    rows = [
        {**accepted(f"h{at}", line(f"l{at}", "10.00", f"x{at}"), [item(f"i{at}", "10.00")]),
         "decision": "rejected" if at % 2 else "accepted"}
        for at in range(200)
    ]  # fmt: skip
    points = learn(rows, Learned.default()).curves["items"]
    assert 0.5 <= bent(unbent(0.97, ()), points) < 0.7
    assert [to for _at, to in points] == sorted(to for _at, to in points)
    assert "items" not in learn(rows[:20], Learned.default()).curves, "twenty rows are too few"


def test_a_curve_is_undone_by_its_inverse():
    points = curve([(0.9, place % 4 != 0) for place in range(100)])
    for raw in (0.1, 0.5, 0.8, 0.9, 0.99):
        assert abs(unbent(bent(raw, points), points) - raw) < 1e-6
    assert rising([0.2, 0.1, 0.5], [1, 1, 1]) == pytest.approx([0.15, 0.15, 0.5])


def test_weights_move_with_the_rows_and_not_beyond_reason():
    start = {"bias": 0.0, "word": 1.0, "unseen": 2.0}
    few = refit([({"word": 1.0}, False)] * 3, start)
    many = refit([({"word": 1.0}, False)] * 300, start)
    assert many["word"] < few["word"] < 1.0
    assert few["word"] > 0.3
    assert "unseen" not in many


def test_a_feature_without_a_weight_is_an_error():
    with pytest.raises(MatcherError):
        probability("items", {"moon_phase": 1.0})
    with pytest.raises(MatcherError):
        probability("horoscope", {})


def test_equals_share_what_is_likely():
    first, second = compete([0.99, 0.99])
    assert first == second < 0.5
    assert compete([0.99, 0.01])[0] > 0.98
    assert stated(1.0) == Decimal("0.9999")
    assert stated(0.95) == Decimal("0.9500")


def test_versions_side_by_side_and_the_card():
    rows = [booked(f"b{at}", line(f"f{at}", "-3.00", f"ZAKAT FUND {at}11"), "tax", 627) for at in range(6)]
    current, candidate = Learned.default(), learn(rows[:4], Learned.default())
    figures = compare(current, candidate, rows[4:])
    assert figures["all"]["current"].right == 0
    assert figures["tax"]["candidate"].right == 2
    text = card(candidate, figures, made_on="2026-11-01")
    assert candidate.digest in text
    assert "Trained on 4 decisions, 2026-10-06" in text
    assert "| tax | 2 | 0 | 2 |" in text
    assert "published version" in card(current)


def test_what_people_refused_is_wrong_only_when_it_is_said_again():
    refused = read([{**MOTHER_PAYS[0], "decision": "rejected"}], DEFAULT_SETTINGS)[0]
    assert not agrees(refused, {"items": ["i0"], "kind": "items"})
    assert agrees(refused, {"items": ["i1"], "kind": "items"})
