"""The shapes of the port: what is refused, and that the schema files say the same as the server."""

import copy
import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)

payload = kernel.load("payload")
schemas = kernel.load("schemas")

ROWS = {
    "tie_out": {
        "key": "TIE:1:2026-10-31:bank:41",
        "kind": "bank",
        "name": "BNK1 101401 Bank",
        "date": "2026-10-31",
        "account_ids": [41],
        "partner_id": None,
        "currency": "USD",
        "by_currency": False,
        "source_state": "read",
        "source": "BNK1 of 2026-10-30",
        "why": "",
        "balance": "40112.40",
        "other": "40524.58",
        "items": [
            {
                "effect": "explains",
                "what": "bank line after the last statement",
                "label": "rent",
                "amount": "-400.00",
                "date": "2026-10-31",
                "age_days": 0,
                "count": 1,
                "record": {"model": "account.bank.statement.line", "id": 7, "label": "rent"},
            }
        ],
    },
    "finding": {
        "key": "CMP001:1:account.move,7:draft", "rule": "CMP001", "rule_title": "Draft in the period",
        "severity": "high", "facet": "draft", "title": "BILL/0044 is a draft", "message": "Dated 14 October.",
        "why": "It is missing in the balance.", "remedy": "Post it.", "amount": "4200.00",
        "anchor": {"model": "account.move", "id": 7},
        "records": [{"model": "account.move", "id": 7, "label": "BILL/0044"}],
        "evidence": {"creator": 2, "amounts": ["4200.00"]},
        "cause": {"key": "CMP001:1:2026-10:account.journal,3", "title": "Drafts: BILL", "severity": "high"},
    },
    "match": {
        "key": "M:1:11:21+22", "statement_line_id": 11, "kind": "invoice",
        "items": [{"line_id": 21, "amount": "1190.00", "amount_currency": "1190.00"}], "confidence": "0.9870",
        "band": "review", "reasons": [{"code": "amount", "text": "same amount", "value": "1190.00"}],
        "alternatives": [{"items": [], "confidence": "0.01", "reason": "amount only", "write_offs": []}],
        "matcher": "bank", "line_ids": [11, 12], "write_offs": [{"kind": "bank_fee", "amount": "2.50"}],
        "account_id": None, "model": "ab12",
    },
    "entry": {
        "key": "GR:1:2026-10", "proposer": "GR", "date": "2026-10-31", "reversal_date": None, "ref": "GRNI",
        "narration": "", "lines": [
            {"account_id": 1, "partner_id": None, "name": "a", "balance": "1.00", "amount_currency": "1.00",
             "currency": "USD"},
            {"account_id": 2, "partner_id": 3, "name": "b", "balance": "-1.00", "amount_currency": "-1.00",
             "currency": "USD"}],
        "calculation": {"columns": ["order", "amount"], "rows": [["P1", "1.00"]], "total": "1.00"},
        "sources": [{"model": "purchase.order.line", "id": 5, "label": "P1"}], "confidence": "1",
        "amount_min": "1.00", "amount_max": "1.00", "is_estimate": False,
    },
    "accuracy": {
        "key": "AC:1:came:GR:2026-09:purchase.order.line,17:7:33:USD:",
        "kind": "came",
        "proposer": "GR",
        "date": "2026-09-30",
        "partner_id": 7,
        "account_id": 33,
        "source": {"model": "purchase.order.line", "id": 17, "label": "P00012"},
        "what": "P00012",
        "currency": "EUR",
        "accrued": "490.00",
        "actual": "500.00",
        "open": "612.50",
        "accrued_own": "531.26",
        "actual_own": "540.00",
        "error_own": "-10.84",
        "currency_effect": "2.10",
        "age": 0,
    },
    "variance": {
        "key": "FL:1:2026-10-31:33",
        "account_id": 33,
        "date": "2026-10-31",
        "actual": "12000.00",
        "month": "8000.00",
        "year": "7500.00",
        "expected": None,
        "method": None,
        "against": "month",
        "min_amount": "500.00",
        "min_percent": 10,
        "explanation": "4,000.00 more than a month before.",
        "drivers": [
            {"base": "month", "dimension": "partner", "id": 7, "count": 1, "amount": "4000.00"},
            {"base": "year", "dimension": "partner", "id": None, "count": 12, "amount": "4500.00"},
        ],
    },
    "exchange": {
        "key": "ab" * 32, "task": "variance", "prompt": "variance@1", "prompt_digest": "cd" * 32,
        "model": "qwen3:8b", "request_digest": "ef" * 32, "request": "[]", "answers": ["{}"],
        "outcome": "taken", "tokens_in": 900, "tokens_out": 40, "cost": "0.0012",
    },
    "text": {
        "key": "account:CLS004:1:account.move.line,7:suspense", "task": "account",
        "about": {"kind": "finding", "key": "CLS004:1:account.move.line,7:suspense"},
        "text": "600100 Purchases, as the other bills of this vendor.",
        "choice": {"label": "600100 Purchases", "model": "account.account", "id": 33},
        "facts": [{"key": "change", "role": "change from September 2026", "shown": "+4,000.00 EUR"}],
        "exchange": "ab" * 32, "prompt": "account@1", "prompt_digest": "cd" * 32, "model": "qwen3:8b",
    },
    "task_result": {"key": "bank", "check": "bank_matched", "state": "pass", "message": "0 lines open"},
}  # fmt: skip
OPTIONAL = {
    ("finding", "cause"), ("match", "line_ids"), ("match", "write_offs"), ("match", "account_id"),
    ("match", "model"),
}  # fmt: skip
BEGIN = {
    "company": "Northwind Trading", "period": "2026-10", "run_key": "run-0001", "agent_version": "1.0.0",
    "rules_digest": "ab", "trigger": "cli",
}  # fmt: skip


def _paths(value, path=()):
    """Every place inside a JSON value."""
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, inner in members:
        yield from _paths(inner, (*path, name))


def _replaced(value, path, junk):
    value = copy.deepcopy(value)
    target = value
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = junk
    return value


def test_the_schema_files_are_those_that_the_server_checks_with():
    there = {path.name: path.read_text() for path in schemas.FOLDER.glob("*.json")}
    assert there == schemas.texts()


@pytest.mark.parametrize("kind", ROWS)
def test_a_good_row_passes_both(kind):
    payload.check_row(kind, ROWS[kind])
    schema = json.loads(schemas.texts()[f"{kind}.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(ROWS[kind])


JUNK = [
    None,
    True,
    0,
    -1,
    2**40,
    1.5,
    "",
    "x" * 9000,
    "1e5",
    "a b",
    [],
    [None],
    {},
    {"a": 1.5},
    "2026-13-01",
    "9" * 30,
]


@settings(max_examples=300)
@given(st.data())
def test_the_server_is_never_laxer_than_the_schema(data):
    kind = data.draw(st.sampled_from(sorted(ROWS)))
    path = data.draw(st.sampled_from([path for path in _paths(ROWS[kind]) if path]))
    junk = data.draw(st.sampled_from(JUNK))
    row = _replaced(ROWS[kind], path, junk)
    validator = jsonschema.Draft202012Validator(json.loads(schemas.texts()[f"{kind}.json"]))
    try:
        payload.check_row(kind, row)
    except payload.PayloadError:
        return
    validator.validate(row)


@pytest.mark.parametrize(
    ("kind", "path", "junk"),
    [
        ("finding", ("amount",), 4200.0),
        ("finding", ("amount",), "4,200.00"),
        ("finding", ("severity",), "fatal"),
        ("finding", ("cause", "key"), ""),
        ("finding", ("cause", "title"), "x" * 301),
        ("finding", ("cause", "severity"), "dire"),
        ("finding", ("rule",), "cmp001"),
        ("finding", ("key",), "with blank"),
        ("finding", ("anchor", "id"), True),
        ("finding", ("anchor", "id"), 0),
        ("finding", ("evidence",), {"share": 0.5}),
        ("finding", ("evidence",), {"text": "nul\0"}),
        ("finding", ("title",), "half \ud800"),
        ("finding", ("state",), "waived"),
        ("match", ("confidence",), "1.01"),
        ("match", ("confidence",), "-0.1"),
        ("match", ("band",), "sure"),
        ("match", ("items", 0, "amount"), "NaN"),
        ("match", ("accepted_by_id",), 2),
        ("entry", ("date",), "2026-02-30"),
        ("entry", ("lines",), []),
        ("entry", ("lines", 0, "balance"), 1),
        ("entry", ("lines", 0, "debit"), "1.00"),
        ("entry", ("sources",), []),
        ("entry", ("is_estimate",), 1),
        ("entry", ("payload_digest",), "ab"),
        ("exchange", ("cost",), 0.0012),
        ("exchange", ("cost",), "-1"),
        ("exchange", ("tokens_in",), -1),
        ("exchange", ("task",), "approve"),
        ("text", ("task",), "approve"),
        ("text", ("text",), "x" * 2001),
        ("text", ("text",), ""),
        ("text", ("about", "kind"), "policy"),
        ("text", ("about", "key"), "with blank"),
        ("text", ("prompt_digest",), "AB" * 32),
        ("text", ("exchange",), None),
        ("text", ("choice", "id"), -1),
        ("text", ("state",), "signed"),
    ],
)
def test_a_row_that_is_not_as_agreed_is_refused_with_its_place(kind, path, junk):
    with pytest.raises(payload.PayloadError) as refused:
        payload.check_row(kind, _replaced(ROWS[kind], path, junk))
    assert str(path[0]) in refused.value.path


@pytest.mark.parametrize("kind", ROWS)
def test_no_member_may_be_left_out(kind):
    for name in ROWS[kind]:
        if (kind, name) in OPTIONAL:
            continue
        row = {key: value for key, value in ROWS[kind].items() if key != name}
        with pytest.raises(payload.PayloadError):
            payload.check_row(kind, row)


@pytest.mark.parametrize("cause", [None, {"key": "k", "title": "t"}])
def test_a_finding_may_name_its_cause(cause):
    payload.check_row("finding", ROWS["finding"] | {"cause": cause})
    payload.check_row("finding", {key: value for key, value in ROWS["finding"].items() if key != "cause"})


@pytest.mark.parametrize(
    "change",
    [
        {"company": 0}, {"company": ""}, {"company": True}, {"company": ["x"]}, {"period": "2026-13"},
        {"period": "2026-1"}, {"period": "10/2026"}, {"run_key": "short"}, {"run_key": "with blank in it"},
        {"trigger": "cron"}, {"agent_version": ""}, {"user_id": 2},
    ],
)  # fmt: skip
def test_a_begin_that_is_not_as_agreed_is_refused(change):
    payload.check_request("begin", BEGIN)
    with pytest.raises(payload.PayloadError):
        payload.check_request("begin", BEGIN | change)


POLICY = {
    "materiality": "5000.00", "tolerance_units": 1,
    "roles": {"grni": 1, "billed_not_received": 2, "suspense": [3, 4]}, "adjustment_journal_id": 9,
    "bands": {"auto": "0.95", "review": "0.70"},
    "limits": {"match": "10000.00", "entry_controller": "10000.00"},
    "rules": {"CMP001": {"enabled": True}, "STA001": {"outlier_z": "6", "sta_min_history": 8}},
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"materiality": 5000}, {"materiality": "-1"}, {"bands": {"auto": "0.5", "review": "0.7"}},
        {"bands": {"auto": "1.5", "review": "0.7"}}, {"roles": {"grni": "408100"}},
        {"limits": {"match": 1.5}},
        {"rules": {"STA001": {"outlier_z": 6.5}}}, {"admin": True},
        {"manual": {"journals": [9]}}, {"manual": {"journals": [9], "amount": "-1"}},
        {"manual": {"journals": ["MISC"], "amount": "1"}},
    ],
)  # fmt: skip
def test_a_policy_that_is_none_is_refused(change):
    payload.check_policy(POLICY)
    payload.check_policy(POLICY | {"manual": {"journals": [9], "amount": "5000.00"}})
    with pytest.raises(payload.PayloadError):
        payload.check_policy(POLICY | change)
