"""What counts as evidence and what does not: payers, months, series, lists, payouts, rival sets."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from agent_service.core.matching.model import Rates, Settings
from tests.agent.core.matching.test_engine import DAY, Books, crowd, offs


@pytest.fixture
def books():
    made = Books()
    crowd(made)
    return made


def codes(proposal):
    return [one.code for one in proposal.reasons]


class TestPayer:
    @pytest.mark.parametrize(
        "name",
        [
            "MUELLER MASCHINENBAU",
            "Müller Maschinenbau G.m.b.H.",
            "MUELLER MASCHINENBUA GMBH",
            "Maschinenbau Mueller",
            "MUELLER MASCHINENB",
            "MUELLERMASCHINENBAU",
        ],
    )
    def test_a_name_as_banks_write_it_and_an_exact_amount(self, books, name):
        item = books.item(77_123, "INV/2026/00777", "Mueller Maschinenbau GmbH")
        books.line(77_123, "payment", partner_name=name)
        assert (books.one().items, books.one().band) == ((item,), "auto")

    def test_an_account_that_many_partners_share_is_nobodys(self, books):
        for n in range(8):
            books.item(
                50_000 + n, f"INV/2026/0077{n}", f"Client {n} Ltd", bank_accounts=("DE02120300000000202051",)
            )
        books.line(50_003, "payment", account_number="DE02 1203 0000 0000 2020 51")
        assert "account_known" not in codes(books.one())
        assert books.one().band != "auto"

    def test_the_payers_account_tells_two_equal_amounts_apart(self, books):
        item = books.item(50_000, "INV/2026/00777", "One Ltd", bank_accounts=("DE02120300000000202051",))
        books.item(50_000, "INV/2026/00778", "Two Ltd", bank_accounts=("DE02500105170137075030",))
        books.line(50_000, "payment", account_number="DE02120300000000202051")
        assert (books.one().items, books.one().band) == ((item,), "auto")


def test_a_number_of_our_series_that_is_not_open_is_never_sure_of_another(books):
    books.item(49_900, "INV/2026/00777", "Acme Corp")
    books.line(49_900, "INV/2026/00412", partner_name="Acme Corp")
    assert books.one().band != "auto"


def test_a_month_in_words_tells_equal_items_apart(books):
    items = [
        books.item(
            95_000, f"RENT/{n}", "Tenant Ltd", label=f"Rent {month} 2026", due=DAY + timedelta(days=30 * n)
        )
        for n, month in enumerate(("August", "September", "October"))
    ]
    books.line(95_000, "LOYER SEPT 2026", partner_name="Tenant Ltd")
    assert books.one().items == (items[1],)
    assert "month_same" in codes(books.one())


@pytest.mark.parametrize(
    "label",
    [
        "INV/2026/00801, INV/2026/00802, INV/2026/00803",
        "INV/2026/00801/00802/00803",
        "INV/2026/00801, INV/2026/00812, INV/2026/00803",
        "INV/2026/00801, INV/2026/008",
    ],
)
def test_a_list_shortened_misread_or_cut(books, label):
    amounts = (31_207, 5_514, 99_021)
    items = [books.item(one, f"INV/2026/0080{n}", "Acme Corp") for n, one in enumerate(amounts, start=1)]
    books.item(12_345, "INV/2026/00790", "Acme Corp")
    books.line(sum(amounts), label, partner_name="Acme Corp")
    assert (books.one().items, books.one().write_offs) == (tuple(items), ())


def test_an_exact_sum_beats_a_single_item_less_a_fee(books):
    books.item(101_000, "INV/2026/00801", "Acme Corp")
    pair = [books.item(one, f"INV/2026/0081{n}", "Acme Corp") for n, one in enumerate((60_211, 39_512))]
    books.line(60_211 + 39_512, "invoices", partner_name="Acme Corp")
    assert (books.one().items, books.one().write_offs) == (tuple(pair), ())


def test_payouts_of_a_processor_by_their_days(books):
    days = []
    for n in range(4):
        amounts = [3_000 + 417 * n + 611 * k for k in range(6)]
        day = DAY - timedelta(days=10 - 2 * n)
        ids = [
            books.item(one, f"PAY/{n}{k}", kind="outstanding", label="Stripe card sale", day=day, due=day)
            for k, one in enumerate(amounts)
        ]
        days.append((day + timedelta(days=2), ids, sum(amounts), sum(amounts) * 29 // 1000))
    for day, _ids, total, fee in days:
        books.line(total - fee, "STRIPE PAYOUT", day=day)
    found = books.match()
    assert [(one.items, offs(one)) for one in found] == [
        (tuple(ids), {"bank_fee": fee}) for _day, ids, _total, fee in days
    ]


@pytest.mark.parametrize(
    ("paid", "label", "kind"),
    [
        (89_250, "INV/2026/00777 part payment", "items"),
        (79_334, "INV/2026/00777 less bank charges", "none"),
        (1_190, "INV/2026/00777", "none"),
        (100, "payment", "none"),
    ],
)
def test_what_is_short_by_more_than_its_words_explain(books, paid, label, kind):
    books.item(119_000, "INV/2026/00777", "Acme Corp")
    books.line(paid, label, partner_name="Acme Corp")
    assert (books.one().kind, books.one().write_offs) == (kind, ())


def test_the_earlier_of_two_equal_payments_pays_however_bare_it_is(books):
    item = books.item(50_311, "INV/2026/00777", "Acme Corp", bank_accounts=("DE02120300000000202051",))
    books.line(50_311, "INV/2026/00777")
    later = DAY + timedelta(days=1)
    books.line(
        50_311, "INV/2026/00777", day=later, partner_name="Acme Corp", account_number="DE02120300000000202051"
    )
    first, second = books.match()
    assert (first.items, second.kind) == ((item,), "none")


def test_the_bank_accounts_currency_without_a_rate_is_still_matched(books):
    item = books.item(109_000, "INV/2026/00777", "Acme", currency="CHF", residual_currency=100_000)
    books.line(100_000, "INV/2026/00777", currency="CHF")
    one = books.one(rates=Rates())
    assert (one.items, one.write_offs) == ((item,), ())


def test_bands_are_the_companys(books):
    books.item(119_000, "INV/2026/00777", "Acme Corp")
    books.line(119_000, "INV 777 Acme Corp")
    strict = Settings("USD", auto_from=Decimal("0.99999"))
    assert books.one(settings=strict).band == "review"


@pytest.mark.parametrize("seed", range(12))
def test_no_line_and_no_item_stands_twice_and_sums_hold(seed):
    chance, made = random.Random(seed), Books()
    for n in range(25):
        amount = chance.choice((10_000, 20_000, 25_000, 31_207, 44_411)) * chance.choice((1, 1, 1, -1))
        made.item(amount, f"INV/2026/0{n:04d}", f"Payer{n % 4} Trading Ltd", kind="receivable")
    for _n in range(25):
        chosen = chance.sample(made.items, chance.choice((1, 1, 2, 3)))
        total = sum(one.residual for one in chosen)
        share = chance.choice((1.0, 1.0, 1.0, 0.5))
        label = " ".join(one.move_name for one in chosen) if chance.random() < 0.7 else "payment"
        made.line(int(total * share), label, partner_name=chosen[0].partner_name, day=DAY)
    found = made.match()
    lines = [line for one in found for line in one.lines]
    items = [item for one in found for item in one.items]
    assert sorted(lines) == list(range(1, 26))
    assert len(items) == len(set(items))
    assert len(items) > 5
    residual = {one.id: one.residual for one in made.items}
    paid = {one.id: one.amount for one in made.lines}
    for one in found:
        left = sum(residual[item] for item in one.items) - sum(paid[line] for line in one.lines)
        partial = any(reason.code == "doubt_partial" for reason in one.reasons)
        if one.kind == "items" and partial:
            assert left
            assert not one.write_offs
        elif one.kind == "items":
            assert left == sum(offs(one).values())


def test_one_of_several_parts_alone_is_for_a_person(books):
    item = books.item(90_000, "INV/2026/00777", "Acme Corp")
    books.line(30_000, "INV/2026/00777 part 1/3", partner_name="Acme Corp")
    assert (books.one().items, books.one().band) == ((item,), "review")
