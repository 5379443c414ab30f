"""`ai-close match` as people call it: files in, proposals out, bad rows named."""

import json

import pytest

from agent_service.cli import call

LINE = {"id": "L1", "date": "2026-10-05", "amount": "100.00", "currency": "USD", "label": "INV/2026/0001"}
ITEM = {
    "id": 7,
    "date": "2026-09-30",
    "amount_residual": "100.00",
    "currency": "USD",
    "move_name": "INV/2026/0001",
    "partner_id": 3,
    "partner_name": "Harbour Tools",
}


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def run(folder, lines, items, *more):
    out = folder / "proposals.jsonl"
    code = call(
        ["match", "--lines", write(folder / "lines.jsonl", lines), "--items",
         write(folder / "items.jsonl", items), "--company-currency", "USD", "--out", str(out), *more]
    )  # fmt: skip
    rows = [json.loads(row) for row in out.read_text().splitlines()] if out.exists() else []
    return code, rows


def test_each_line_stands_in_one_proposal_of_the_documented_shape(tmp_path):
    other = {**LINE, "id": 2, "label": "", "amount": "-3.10", "unknown": {"key": 1}}
    code, rows = run(tmp_path, [LINE, other], [ITEM])
    assert code == 0
    assert [row["line_ids"] for row in rows] == [["L1"], [2]]
    for row in rows:
        assert set(row) >= {
            "line_ids", "item_ids", "kind", "write_offs", "confidence", "band", "reasons", "alternatives",
        }  # fmt: skip
        assert 0 <= row["confidence"] <= 1
        assert row["reasons"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"amount": 100.0}, "amount: 100.0 is not an amount in quotes"),
        ({"amount": "1,000.00"}, "amount: '1,000.00' is not an amount"),
        ({"amount": "NaN"}, "amount: 'NaN' is not an amount"),
        ({"amount": "10.005"}, "amount: '10.005' is not an amount with at most 2 decimals"),
        ({"amount": None}, "amount is missing"),
        ({"date": "31.10.2026"}, "date: '31.10.2026' is not a date like 2026-10-31"),
        ({"date": "2026-02-30"}, "date: '2026-02-30' is not a date"),
        ({"currency": "usd"}, "currency: 'usd' is not a currency like USD"),
        ({"id": True}, "id: True is not an id"),
        ({"id": "L1"}, "id: 'L1' stands in an earlier row too"),
        ({"label": 5}, "label: 5 is not a text"),
        ({"partner_name": ["x"]}, "partner_name: ['x'] is not a text"),
        ({"amount_currency": "5.00"}, "amount_currency stands without foreign_currency"),
    ],
)
def test_a_bad_line_stops_the_run_with_file_and_row_or_is_skipped_and_listed(tmp_path, capsys, change, told):
    lines = [LINE, {**LINE, "id": "L2", **change}, {**LINE, "id": "L3"}]
    code, rows = run(tmp_path, lines, [ITEM])
    said = capsys.readouterr().err
    assert code == 2
    assert rows == []
    assert f"lines.jsonl, row 2: {told}" in said
    code, rows = run(tmp_path, lines, [ITEM], "--skip-bad-rows")
    assert code == 0
    assert f"skipped: {tmp_path}/lines.jsonl, row 2: {told}" in capsys.readouterr().err
    assert {"L1", "L3"} == {line for row in rows for line in row["line_ids"]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "invoice"}, "kind: 'invoice' is not one of cash, outstanding, payable, receivable"),
        ({"bank_accounts": "DE89"}, "bank_accounts: 'DE89' is not a list of texts"),
        ({"discount_amount": "9.999"}, "discount_amount: '9.999' is not an amount with at most 2 decimals"),
        ({"due_date": "soon"}, "due_date: 'soon' is not a date"),
        ({"partner_id": 1.5}, "partner_id: 1.5 is not an id"),
    ],
)
def test_a_bad_item_is_named_by_its_row(tmp_path, capsys, change, told):
    assert run(tmp_path, [LINE], [ITEM, {**ITEM, "id": 8, **change}])[0] == 2
    assert f"items.jsonl, row 2: {told}" in capsys.readouterr().err


def test_broken_json_and_other_bytes_are_bad_rows(tmp_path, capsys):
    (tmp_path / "lines.jsonl").write_bytes(
        b"\xef\xbb\xbf" + json.dumps(LINE).encode() + b'\r\n\r\n{"id": \n[1]\n\xff\xfe\n{"id": NaN}\n'
    )
    items = write(tmp_path / "items.jsonl", [ITEM])
    code = call(
        ["match", "--lines", str(tmp_path / "lines.jsonl"), "--items", items, "--company-currency", "USD",
         "--out", str(tmp_path / "out.jsonl"), "--skip-bad-rows"]
    )  # fmt: skip
    said = capsys.readouterr().err
    assert code == 0
    for row in (3, 4, 5, 6):
        assert f"lines.jsonl, row {row}:" in said
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 1


def test_an_amount_that_no_bank_moves_is_none(tmp_path):
    code, rows = run(tmp_path, [{**LINE, "amount": "9" * 40}], [{**ITEM, "amount_residual": "9" * 40}])
    assert code == 0
    assert (rows[0]["kind"], rows[0]["band"], rows[0]["item_ids"]) == ("none", "ask", [])


def test_a_foreign_item_without_its_own_amount_is_converted_at_its_day(tmp_path):
    from agent_service.match_files.facts import Reader
    from agent_service.match_files.rates_file import read_rates
    from agent_service.match_files.rows import Skipped

    rates = tmp_path / "rates.csv"
    rates.write_text(
        "currency,date,rate\nEUR,2026-09-01,0.9\nEUR,2026-10-01,0.8\nJPY,2026-01-01,150\nUSD,2026-01-01,1\n"
    )
    reader = Reader("USD", rates=read_rates(rates, "USD", Skipped()))
    euro = reader.item({**ITEM, "currency": "EUR"})
    yen = reader.item({**ITEM, "id": 8, "currency": "JPY"})
    unknown = reader.item({**ITEM, "id": 9, "currency": "GBP"})
    assert (euro.currency, euro.residual_currency) == ("EUR", 9000)
    assert (yen.currency, yen.residual_currency) == ("JPY", 15000)
    assert (unknown.currency, unknown.residual_currency) == ("USD", 10000)


def test_the_policy_and_the_rates_are_checked(tmp_path, capsys):
    policy = tmp_path / "policy.json"
    for content, told in (
        ("[]", "holds no object"),
        ('{"bands": {"auto": 2}}', "band auto is not a number from 0 to 1"),
        ('{"bands": {"auto": "0.5", "review": "0.9"}}', "review at most auto"),
        ('{"decimals": {"USD": -1}}', "decimals of USD is not"),
        ('{"own_accounts": "DE89"}', "own_accounts is not a list of texts"),
        ('{"tolerances": {"rounding": "much"}}', "rounding is not a number"),
    ):
        policy.write_text(content)
        assert run(tmp_path, [LINE], [ITEM], "--policy", str(policy))[0] == 2
        assert told in capsys.readouterr().err
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,date,rate\nEUR,2026-10-01,-1\n")
    assert run(tmp_path, [LINE], [ITEM], "--rates", str(rates))[0] == 2
    assert "rates.csv, row 2: rate: '-1' is not a number above zero" in capsys.readouterr().err


def test_a_missing_option_says_so(capsys):
    assert call(["match", "--lines", "x"]) == 2
    assert "--items, --company-currency, --out" in capsys.readouterr().err


def test_history_teaches_who_pays_under_another_name(tmp_path, capsys):
    paid = {**LINE, "label": "HT GROUP TREASURY", "partner_name": "HT Group Treasury"}
    others = [
        {**ITEM, "id": n, "partner_id": n, "partner_name": f"Firm {n}", "move_name": ""} for n in (8, 9)
    ]
    items = [{**ITEM, "move_name": ""}, *others]
    history = tmp_path / "accepted.jsonl"
    past = [
        {"id": n, "decision": "accepted", "decided_on": f"2026-0{n}-03", "items": [{**ITEM, "id": 100 + n}],
         "lines": [{**paid, "id": f"old {n}", "date": f"2026-0{n}-02"}],
         "proposal": {"item_ids": [100 + n], "kind": "items", "confidence": 0.8}}
        for n in range(1, 9)
    ]  # fmt: skip
    write(history, past)
    _code, untaught = run(tmp_path, [paid], items)
    _code, taught = run(tmp_path, [paid], items, "--history", str(history))
    assert untaught[0]["band"] != "auto"
    assert taught[0]["item_ids"] == [7]
    assert taught[0]["confidence"] > untaught[0]["confidence"] or untaught[0]["item_ids"] != [7]
    history.write_text('{"id": 1, "decision": "perhaps", "lines": []}\n')
    assert run(tmp_path, [paid], items, "--history", str(history))[0] == 2
    assert "accepted.jsonl, row 1: " in capsys.readouterr().err
