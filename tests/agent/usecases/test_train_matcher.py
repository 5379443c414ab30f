"""Training: what is held out teaches nothing, both versions answer for it, both programs know one version."""

import pytest

from agent_service.core.matching.learned import Alias, Counterpart, Learned
from agent_service.core.matching.versions import from_wire, to_wire
from agent_service.odoo_client.matcher import TrainingRun
from agent_service.usecases.train_matcher import Wanted, train_matcher
from tests.contract import kernel

matcher = kernel.load("matcher")
BEGUN = {
    "company": {
        "id": 1,
        "name": "Trading",
        "currency": "USD",
        "currency_decimals": 2,
        "decimals": {"JPY": 0},
    },
    "version": 3,
    "current": None,
    "bands": {"auto": "0.97", "review": "0.70"},
    "held_out": ["2026-10"],
    "facts": 3,
}
LEARNED = Learned(
    aliases={"name:ACME": (Alias(7, 3, 4), Alias(8, 1, 4)), "name:Ünïçøde": (Alias(9, 1, 1),)},
    counterparts={("label:COMMISSION", "-"): (Counterpart("bank_fee", 627, 4, 5),)},
    weights={"items": {"alias": 1.25, "bias": -3.0000000000000004, "tiny": 1e-9}},
    curves={"items": ((0.5, 0.4), (0.9, 0.95))},
    trained={"rows": 20, "first": "2026-09-20", "last": "2026-09-30"},
)


def row(number, date, decision="accepted", partner=7):
    chosen = {"item_ids": [number], "kind": "items", "write_offs": [], "account": None}
    line = {
        "id": number,
        "date": date,
        "amount": "100.00",
        "currency": "USD",
        "label": f"INV/{number} ACME SUPPLIES",
    }
    item = {
        "id": number,
        "date": date,
        "amount_residual": "100.00",
        "currency": "USD",
        "partner_name": "Acme",
    }
    item |= {"amount_residual_currency": "100.00", "move_name": f"INV/{number}", "partner_id": partner}
    proposal = {**chosen, "line_ids": [number], "confidence": "0.98", "band": "auto", "reasons": []}
    return {
        "id": number,
        "decision": decision,
        "decided_on": date,
        "reason": "",
        "lines": [line],
        "items": [item],
        "proposal": {**proposal, "alternatives": []},
        "chosen": None if decision == "rejected" else chosen,
    }


class Port:
    """The server's side of one training, two rows a page."""

    def __init__(self, rows):
        self.rows, self.asked, self.handed_in = rows, [], None

    def matcher_extract(self, key, after, limit):
        self.asked.append((key, after, limit))
        page = [one for one in self.rows if one["id"] > after][:2]
        return {"rows": page, "next": page[-1]["id"] if len(page) == 2 else None}

    def matcher_finish(self, key, **result):
        self.handed_in = result
        return {"state": "failed" if result["failed"] else "proposed"}


def trained(rows, current=None):
    port = Port(rows)
    wanted = Wanted.from_wire(BEGUN, from_wire(BEGUN["current"]) if current is None else current)
    return train_matcher(wanted, TrainingRun(port, "k" * 30)), port


def test_the_months_held_out_teach_nothing_and_both_versions_answer_for_them():
    done, port = trained([row(1, "2026-08-02"), row(2, "2026-09-30"), row(3, "2026-10-01", partner=8)])
    assert (done.taught, done.held_out, done.state) == (2, 1, "proposed")
    assert port.asked == [("k" * 30, 0, 500), ("k" * 30, 2, 500)]
    known = {alias.partner for places in done.learned.aliases.values() for alias in places}
    assert known == {7}, "the partner of October was not learned"
    (answer,) = port.handed_in["answers"]
    assert answer["id"] == 3
    assert answer["before"]["items"] == answer["after"]["items"] == [3]
    assert "Trained on 2 decisions" in port.handed_in["card"]
    assert "Tried on 1 decisions of 2026-10" in port.handed_in["card"]


def test_what_the_agent_hands_in_has_the_shape_that_the_server_checks():
    _done, port = trained([row(1, "2026-08-02"), row(2, "2026-10-30")], LEARNED)
    kernel.load("payload").check_request("matcher_finish", {"key": "k" * 30, **port.handed_in})
    partners, accounts = matcher.check_learned(port.handed_in["payload"])
    assert (partners, accounts) == ({7, 8, 9}, {627})


def test_a_history_that_cannot_be_read_is_handed_in_as_the_reason():
    done, port = trained([{**row(1, "2026-08-02"), "decision": "perhaps"}])
    assert done is None
    assert "perhaps" in port.handed_in["failed"]
    kernel.load("payload").check_request("matcher_finish", {"key": "k" * 30, **port.handed_in})


@pytest.mark.parametrize("learned", [LEARNED, Learned.default()])
def test_a_version_is_the_same_on_both_sides(learned):
    wire = to_wire(learned)
    matcher.check_learned(wire)
    assert from_wire({"payload": wire}) == learned
    assert matcher.mark(wire) == learned.digest
    assert kernel.load("canonical").digest(wire)


def test_the_delivered_one_is_no_version():
    assert Learned.default().digest == matcher.DELIVERED
    assert from_wire(None) == Learned.default()
