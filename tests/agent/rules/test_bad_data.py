"""Books that no sound system makes: findings or a clear error, and every other rule goes on."""

from datetime import date
from decimal import Decimal as D

import pytest

from agent_service.ledger_files.check import check_ledger
from benchmarks import clean_ledger as w
from tests.agent.rules.book import Book

HUGE = "1000000000000000.00"


def _without_account(b):
    b.lines(b.docs("out_invoice")[0]["id"])[0]["account"] = None
    return "no_account"


def _without_lines(b):
    b.entry("2026-10-09")
    return "no_lines"


def _a_thousand_billions(b):
    b.entry("2026-10-09", (w.TRAVEL, HUGE), (w.SUPPLIES, f"-{HUGE}"))
    return "amount"


def _of_1900(b):
    b.entry("1900-01-01", (w.TRAVEL, "5.00"), (w.SUPPLIES, "-5.00"))
    return "date"


def _of_2100(b):
    b.entry("2100-12-31", (w.TRAVEL, "5.00"), (w.SUPPLIES, "-5.00"))
    return "date"


def _line_of_no_entry(b):
    b.clean.add("lines", move=999999, account=w.TRAVEL, balance=D("5.00"), currency="USD")
    return "broken_link"


def _account_that_is_not_there(b):
    b.lines(b.docs("out_invoice")[1]["id"])[0]["account"] = 4711
    return "broken_link"


def _partner_that_is_not_there(b):
    b.docs("out_invoice")[2]["partner"] = 4711
    return "broken_link"


BAD = [
    _without_account, _without_lines, _a_thousand_billions, _of_1900, _of_2100, _line_of_no_entry,
    _account_that_is_not_there, _partner_that_is_not_there,
]  # fmt: skip


def _judged(book):
    report = check_ledger(book.folder_written(), book.folder / "policy.json", "2026-10")
    stopped = [row["explanation"] for row in report.rows if row["rule"].startswith("SYS")]
    return report, stopped


def test_all_of_it_together_stops_no_rule(tmp_path):
    book = Book(tmp_path)
    wanted = {plant(book) for plant in BAD}
    report, stopped = _judged(book)
    assert stopped == []
    assert {one["kind"] for one in report.not_judged} == {"no_data"}
    assert len(report.judged) >= 52
    found = {row["reason"].split(":")[0] for row in report.rows if row["rule"] == "ACC010"}
    assert wanted <= found


def test_a_hundred_thousand_lines_in_one_entry_stop_no_rule(tmp_path):
    book = Book(tmp_path)
    lines = [(w.TRAVEL, "1.25")] * 100_000
    move = book.entry("2026-10-09", *lines, (w.SUPPLIES, "-124999.00"))
    report, stopped = _judged(book)
    assert stopped == []
    assert [row["rule"] for row in report.rows if ["moves", move] in row["records"]] == ["ACC006"]
    assert max(len(row["records"]) for row in report.rows) <= 200


def test_mixed_companies_are_judged_each_alone(tmp_path):
    book = Book(tmp_path)
    for row in book.rows("moves"):
        row["company"] = 1 if row["id"] % 2 else 2
    mixed = [row for row in book.rows("statement_lines") if row["move"] % 2 == 0]
    assert mixed
    report, stopped = _judged(book)
    assert stopped == []
    assert report.companies == [1, 2]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_the_first_and_the_last_day_of_the_calendar_stop_no_rule(tmp_path, day):
    book = Book(tmp_path)
    move = book.docs("in_invoice")[0]
    move["invoice_date"] = move["due_date"] = day
    book.clean.add("rates", company=None, currency="EUR", date=day, rate=D("0.9"))
    _report, stopped = _judged(book)
    assert stopped == []
