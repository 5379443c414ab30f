"""Facets beside a rule's main case, each with the neighbour that looks like it."""

from datetime import date

import pytest

from agent_service.core.labels import span_named
from benchmarks import clean_ledger as w
from tests.agent.rules.book import Book

SELDOM = 98


def _seldom(b, *days, amount="1240.00"):
    b.clean.rows["accounts"].append(
        {"id": SELDOM, "code": "7998", "name": "Sundry", "account_type": "expense", "reconcile": False}
    )
    for day in days:
        b.entry(day, (SELDOM, "60.00"), (w.ACCRUED, "-60.00"))
    return b.entry("2026-10-14", (SELDOM, amount), (w.ACCRUED, f"-{amount}"))


def test_an_account_that_is_hardly_ever_used_is_told(tmp_path):
    book = Book(tmp_path)
    move = _seldom(book, "2025-04-09")
    [row] = book.found("STA002")
    assert (row["reason"], row["amount"]) == ("seldom", "1240.00")
    assert ["moves", move] in row["records"]


@pytest.mark.parametrize(
    ("days", "amount"),
    [
        (("2025-10-09", "2024-10-08"), "1240.00"),
        ((), "1240.00"),
        (("2026-06-09",), "1240.00"),
        (("2025-04-09", "2025-05-09", "2025-06-09"), "1240.00"),
        (("2025-04-09",), "640.00"),
    ],
    ids=["yearly", "new", "young", "used", "small"],
)
def test_an_account_used_each_year_or_often_or_lately_is_not(tmp_path, days, amount):
    book = Book(tmp_path)
    _seldom(book, *days, amount=amount)
    assert book.found("STA002") == []


def test_a_label_with_one_word_more_still_has_its_account(tmp_path):
    book = Book(tmp_path)
    move = book.bill(
        "2026-10-20", "400.00", partner=book.clean.telecom, account=w.TRAVEL, label="Lines and mobile extra"
    )
    assert [row["records"][0] for row in book.found("CLS001")] == [["moves", move]]


def test_a_deposit_for_the_rent_is_no_rent(tmp_path):
    book = Book(tmp_path)
    book.bill("2026-10-20", "400.00", partner=book.clean.landlord, account=w.PREPAID, label="Rent deposit")
    assert book.found("CLS001") == []


@pytest.mark.parametrize(
    ("label", "span"),
    [
        ("Ansvarsforsikring 2026-09-15 til 2027-09-14", (date(2026, 9, 15), date(2027, 9, 14))),
        ("von 01.09.2026 bis zum 31.08.2027", (date(2026, 9, 1), date(2027, 8, 31))),
        ("Lisens sep 2026 til aug 2027", (date(2026, 9, 1), date(2027, 8, 31))),
        ("2026-10-01/2027-09-30", (date(2026, 10, 1), date(2027, 9, 30))),
        ("Invoice 2026-10-01 due 2026-12-31", None),
        ("Rechnung 01.09.2026 faellig 30.12.2026", None),
        ("order 2026-01-02 delivered 2026-12-31", None),
        ("Market stand for August 2027", None),
    ],
)
def test_a_span_is_two_days_in_whatever_language(label, span):
    assert span_named(label) == span


def _weekly(b, after, start):
    """End October's statement on the 25th, and let one of `after` follow that starts at `start` more."""
    last = b.rows("statements")[-1]
    last["date"] = date(2026, 10, 25)
    if after:
        b.clean.add(
            "statements", company=1, journal="BANK", name="BNK next", date=date(2026, 11, 1),
            first_line_index="202610260000000001", balance_start=last["balance_end_real"] + start,
            balance_end=last["balance_end_real"] + start, balance_end_real=last["balance_end_real"] + start,
        )  # fmt: skip


def test_a_statement_that_goes_on_past_the_period_covers_it(tmp_path):
    book = Book(tmp_path)
    _weekly(book, after=True, start=0)
    assert book.found("CMP005") == []


@pytest.mark.parametrize(("after", "start"), [(False, 0), (True, 5)])
def test_a_statement_that_ends_early_is_told(tmp_path, after, start):
    book = Book(tmp_path)
    _weekly(book, after=after, start=start)
    assert {row["reason"] for row in book.found("CMP005")} == {"late"}


def test_three_parts_of_one_purchase_are_a_split(tmp_path):
    book = Book(tmp_path)
    moves = [
        book.bill(day, net, created_by="anna", posted_by="anna")
        for day, net in (("2026-10-13", "1830.10"), ("2026-10-14", "1710.20"), ("2026-10-15", "1150.30"))
    ]
    [row] = [one for one in book.found("EXF007") if one["reason"] == "split"]
    assert {("moves", one) for one in moves} <= {tuple(link) for link in row["records"]}


def test_two_bills_that_fell_together_once_are_no_habit_of_three(tmp_path):
    book = Book(tmp_path)
    for day, net in (("2025-11-11", "2630.10"), ("2025-11-12", "2410.20")):
        book.bill(day, net)
    parts = (("2026-10-13", "1830.10"), ("2026-10-14", "1710.20"), ("2026-10-15", "1150.30"))
    moves = [book.bill(day, net, created_by="anna", posted_by="anna") for day, net in parts]
    [row] = [one for one in book.found("EXF007") if one["reason"] == "split"]
    assert {("moves", one) for one in moves} <= {tuple(link) for link in row["records"]}


def test_a_gap_of_numbers_beside_an_unbalanced_entry_stays(tmp_path):
    book = Book(tmp_path)
    manual = [one for one in book.rows("moves", journal="MISC") if str(one["date"]).startswith("2026-10")]
    number = manual[4]["id"]
    book.clean.rows["lines"] = [one for one in book.rows("lines") if one["move"] != number]
    book.clean.rows["moves"] = [one for one in book.rows("moves") if one["id"] != number]
    book.lines(manual[3]["id"])[0]["balance"] += 1
    rules = {row["rule"] for row in book.all_found().rows}
    assert {"CMP003", "ACC006"} <= rules


def _premium(b, *days, label="Liability insurance"):
    ids = [b.bill(day, "1200.00", partner=b.clean.insurer, account=w.INSURANCE, label=label) for day in days]
    return ids[-1]


def test_an_insurance_that_comes_once_a_year_reaches_into_the_next(tmp_path):
    book = Book(tmp_path)
    move = _premium(book, "2024-10-14", "2025-10-10", "2026-10-12")
    [row] = book.found("CLS003")
    assert (row["reason"], row["amount"]) == ("annual", "1134.24")
    assert ["moves", move] in row["records"]


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (("2025-10-10", "2026-10-12"), "Summer party"),
        (("2025-10-10", "2026-04-10", "2026-10-12"), "Liability insurance"),
        (("2026-10-12",), "Liability insurance"),
    ],
    ids=["other words", "in between", "first"],
)
def test_what_comes_more_often_or_says_something_else_is_no_year(tmp_path, days, label):
    book = Book(tmp_path)
    _premium(book, *days, label=label)
    assert book.found("CLS003") == []


def _sister(b, day="2026-09-20", **more):
    """Enter a bill of October in another company of the group too."""
    bill = b.rows("moves", id=b.bill("2026-10-14", "830.00", ref="F 77812"))[0]
    trade = next(one for one in b.lines(bill["id"]) if one.get("display_type") == "payment_term")
    copy = (
        bill | {"company": 2, "date": date.fromisoformat(day), "invoice_date": date.fromisoformat(day)} | more
    )
    other = b.clean.add("moves", **{name: value for name, value in copy.items() if name != "id"})
    for line in b.lines(bill["id"]):
        b.clean.add("lines", **{**line, "move": other, "id": None, "balance": line["balance"]})
    for place, line in enumerate(b.clean.rows["lines"], 1):
        line["id"] = place
    b.policy["companies"] = [
        {"id": 1, "name": "Harbour Tools", "partner": 1},
        {"id": 2, "name": "Harbour Marine", "partner": None},
    ]  # fmt: skip
    assert trade["balance"] < 0
    return bill["id"]


def test_a_bill_that_the_sister_company_entered_before_is_told(tmp_path):
    book = Book(tmp_path)
    move = _sister(book)
    rows = [row for row in _of(book, "EXF001") if row["reason"] == "group"]
    assert [row["records"][0] for row in rows] == [["moves", move]]
    assert "Harbour Marine" in rows[0]["explanation"]


@pytest.mark.parametrize(
    "change", [{"ref": "F 99999"}, {"day": "2025-08-01"}, {"day": "2026-10-20"}], ids=["ref", "old", "later"]
)
def test_another_bill_of_the_sister_company_is_not(tmp_path, change):
    book = Book(tmp_path)
    own = _sister(book, **change)
    assert [row for row in _of(book, "EXF001") if ["moves", own] == row["records"][0]] == []


def _of(book, rule):
    from agent_service.core.checks import rules
    from agent_service.ledger_files.check import check_ledger

    chosen = [one for one in rules() if one.code == rule]
    return check_ledger(book.folder_written(), book.folder / "policy.json", "2026-10", chosen).rows


@pytest.mark.parametrize(
    ("kind", "payee", "facets"),
    [
        ("employee_account", False, ["employee"]),
        ("employee_address", False, ["address"]),
        ("employee_account", True, []),
    ],
)
def test_a_vendor_with_an_employees_account_or_address(tmp_path, kind, payee, facets):
    book = Book(tmp_path)
    book.bill("2026-10-14", "830.00")
    book.clean.add("partner_matches", partner=book.clean.small[0], kind=kind, is_payee=payee)
    rows = book.found("EXF006")
    assert [row["reason"] for row in rows] == facets
    assert [row["records"] for row in rows] == [[["partners", book.clean.small[0]]]] * len(facets)
