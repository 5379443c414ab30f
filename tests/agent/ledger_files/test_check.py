"""`ai-close check`: a ledger in files goes in, findings come out; bad input is named, nothing is guessed."""

import json

import polars as pl
import pytest

from agent_service.cli import call
from agent_service.core.checks import rules
from tests.agent.ledger_files.folder import Folder


@pytest.fixture
def ledger(tmp_path):
    return Folder(tmp_path)


def duplicate(ledger):
    ledger.bill(1, "2026-10-08", "1250.00", "RE-0482/26")
    ledger.bill(2, "2026-10-12", "1250.00", "re 482")


def of(rows, rule):
    return [row for row in rows if row["rule"] == rule]


def test_findings_come_in_the_words_of_the_files(ledger):
    duplicate(ledger)
    code, rows = ledger.check()
    (row,) = of(rows, "EXF001")
    assert code == 1
    assert set(row) == {
        "key", "rule", "reason", "severity", "records", "amount", "currency", "period", "explanation",
        "evidence", "remedy",
    }  # fmt: skip
    assert (row["reason"], row["severity"], row["amount"], row["currency"], row["period"]) == (
        "ref", "high", "1250.00", "USD", "2026-10",
    )  # fmt: skip
    assert row["records"][:2] == [["moves", 2], ["moves", 1]]
    assert row["key"] == "EXF001:1:account.move,2:ref"


def test_nothing_found_is_exit_code_0(ledger):
    ledger.bill(1, "2026-10-08", "1250.00", "RE-0482/26")
    ledger.policy["rules"] = {one.code: {"enabled": one.code == "EXF001"} for one in rules()}
    assert ledger.check() == (0, [])


def test_the_summary_says_what_was_not_judged_and_why(ledger, capsys):
    duplicate(ledger)
    ledger.check("--json")
    summary = json.loads(capsys.readouterr().out)
    assert (summary["entries"], summary["lines"], summary["companies"]) == (2, 4, [1])
    missing = {one["rule"]: one["message"] for one in summary["not_judged"]}
    assert missing["CMP004"] == "no data: statement_lines can't be read"
    assert "EXF001" in summary["rules"]
    assert not {"CMP004"} & set(summary["rules"])


def test_without_a_period_the_last_month_with_entries_counts(ledger, capsys):
    duplicate(ledger)
    ledger.move(3, "2100-01-01", (60, "1.00"), (20, "-1.00"), state="draft")
    ledger.write()
    call(["check", "--ledger", str(ledger.path), "--out", str(ledger.path / "f.jsonl")])
    assert capsys.readouterr().out.startswith("2026-10: 3 entries")


def test_the_policys_period_and_parameters_by_their_names(ledger):
    duplicate(ledger)
    ledger.policy |= {"dup_window_days": 3}
    assert of(ledger.check()[1], "EXF001") == []


def test_a_rule_can_be_switched_off_and_weighed(ledger):
    duplicate(ledger)
    ledger.policy["rules"] = {"EXF001": {"severity": "low"}}
    assert of(ledger.check()[1], "EXF001")[0]["severity"] == "low"
    ledger.policy["rules"] = {"EXF001": {"enabled": False}}
    assert of(ledger.check()[1], "EXF001") == []


def test_parquet_with_native_types_gives_the_same(ledger, tmp_path):
    duplicate(ledger)
    expected = ledger.check()
    frames = {
        name: pl.read_csv(tmp_path / f"{name}.csv") for name in ("moves", "lines", "accounts", "partners")
    }
    frames["moves"] = frames["moves"].with_columns(pl.col("date", "invoice_date").str.to_date())
    frames["lines"] = frames["lines"].with_columns(pl.col("balance").cast(pl.Decimal(18, 2)))
    for name, frame in frames.items():
        (tmp_path / f"{name}.csv").unlink()
        frame.write_parquet(tmp_path / f"{name}.parquet")
    assert ledger.check(write=False) == expected


def test_bom_crlf_and_quoted_newlines(ledger, tmp_path):
    duplicate(ledger)
    ledger.rows["lines"][0]["label"] = 'Brass "M5",\nsecond line'
    expected = ledger.check()
    for path in tmp_path.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert ledger.check(write=False) == expected
    assert of(expected[1], "EXF001")


def test_unknown_columns_and_tables_are_ignored(ledger, tmp_path):
    duplicate(ledger)
    expected = ledger.check()
    ledger.rows["moves"][0]["colour"] = "green"
    ledger.add("paintings", id=1)
    assert ledger.check() == expected


def test_companies_are_judged_each_alone(ledger):
    duplicate(ledger)
    ledger.rows["moves"][1]["company"] = 2
    found = of(ledger.check()[1], "EXF001")
    assert not any(row["key"].startswith("EXF001:1:") for row in found)


def test_a_currency_without_decimals(ledger):
    ledger.policy["company_currency"] = "JPY"
    ledger.bill(1, "2026-10-08", "125000", "RE-0482/26")
    ledger.bill(2, "2026-10-12", "125000", "re 482")
    for row in (*ledger.rows["moves"], *ledger.rows["lines"]):
        row["currency"] = "JPY"
    (row,) = of(ledger.check()[1], "EXF001")
    assert (row["amount"], row["currency"]) == ("125000", "JPY")


class TestBadInput:
    """Each is one line that names the place, and exit code 2; no file of findings is left behind."""

    def refused(self, ledger, capsys):
        code, rows = ledger.check()
        assert (code, rows) == (2, [])
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        return said

    @pytest.mark.parametrize(
        ("table", "column", "value", "wanted"),
        [
            ("moves", "date", "31.10.2026", "a date like 2026-10-31"),
            ("moves", "date", "2026-02-30", "a date like 2026-10-31"),
            ("moves", "id", "seven", "a whole number"),
            ("lines", "balance", "1.250,00", "a decimal amount like -12.50"),
            ("lines", "balance", "1e3", "a decimal amount like -12.50"),
            ("lines", "quantity", "two", "a decimal number like 2.5"),
            ("accounts", "reconcile", "perhaps", "true or false"),
            ("moves", "created_at", "yesterday", "a UTC time like 2026-10-31T08:15:00Z"),
        ],
    )
    def test_a_wrong_value_is_named_by_file_row_and_column(
        self, ledger, capsys, table, column, value, wanted
    ):
        duplicate(ledger)
        ledger.rows[table][1][column] = value
        said = self.refused(ledger, capsys)
        assert f"{table}.csv, row 3, column {column}: {value!r} is not {wanted}" in said

    def test_more_decimals_than_the_currency_has(self, ledger, capsys):
        duplicate(ledger)
        ledger.rows["lines"][2]["balance"] = "1250.005"
        assert "lines, row 4, column balance: '1250.005' is not an amount with at most 2" in self.refused(
            ledger, capsys
        )

    def test_a_column_that_a_ledger_cannot_do_without(self, ledger, capsys):
        duplicate(ledger)
        for row in ledger.rows["lines"]:
            del row["balance"]
        assert "lines.csv comes without balance" in self.refused(ledger, capsys)

    def test_a_folder_without_lines(self, ledger, capsys):
        duplicate(ledger)
        ledger.write("lines")
        assert call(["check", "--ledger", str(ledger.path), "--out", str(ledger.path / "f")]) == 2
        assert "has no lines.csv or lines.parquet" in capsys.readouterr().err

    def test_no_folder_no_policy_no_month(self, ledger, capsys, tmp_path):
        duplicate(ledger)
        ledger.write()
        base = ["check", "--out", str(tmp_path / "f"), "--ledger"]
        assert call([*base, str(tmp_path / "nowhere")]) == 2
        assert call([*base, str(tmp_path), "--policy", str(tmp_path / "no.json")]) == 2
        assert call([*base, str(tmp_path), "--period", "October"]) == 2
        (tmp_path / "policy.json").write_text("{'no': json}")
        assert call([*base, str(tmp_path), "--policy", str(tmp_path / "policy.json")]) == 2
        said = capsys.readouterr().err
        for word in ("is no folder", "can't be read", "is no month", "is no JSON"):
            assert word in said

    def test_both_csv_and_parquet(self, ledger, capsys, tmp_path):
        duplicate(ledger)
        ledger.write()
        pl.read_csv(tmp_path / "moves.csv").write_parquet(tmp_path / "moves.parquet")
        assert ledger.check()[0] == 2
        assert "both hold moves" in capsys.readouterr().err

    def test_text_that_is_no_csv(self, ledger, capsys, tmp_path):
        duplicate(ledger)
        ledger.write()
        (tmp_path / "moves.csv").write_bytes(b"id,date,state\n1,2026-10-01,\xff\xfe\n")
        assert ledger.check(write=False)[0] == 2
        assert "moves.csv can't be read" in capsys.readouterr().err
