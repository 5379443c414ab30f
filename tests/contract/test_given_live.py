"""A loan, a pay run and holidays that two people signed in Odoo: the agent proposes from them to the cent."""

import uuid
from decimal import Decimal

import pytest

from agent_service.core.adjustments import holiday, interest, payroll
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.reader import PortReader
from agent_service.odoo_client.retry import Retry
from agent_service.odoo_client.run import PortRun
from agent_service.secret import read_secret
from agent_service.usecases.follow import read_whole
from agent_service.usecases.read_books import period_of, policy_of
from tests.e2e.colleague import Colleague
from tools import sample

DATASETS = {
    "accounts", "currencies", "journals", "partners", "moves", "lines", "partials", "statement_lines",
    "rates", "contracts", "loans", "loan_movements", "pay_runs", "holiday_balances",
}  # fmt: skip
ROLES = {
    "interest_expense": "621000",
    "accrued_interest": "211700",
    "wages": "630000",
    "social": "631000",
    "accrued_payroll": "211800",
    "holiday_expense": "630000",
    "accrued_holiday": "211900",
}


@pytest.fixture(scope="module")
def books(demos):
    return demos.make()


@pytest.fixture(scope="module")
def people(books, sample_files):
    passwords = sample.logins(sample_files[1])
    return {
        name: Colleague(books.url, books.database, name, passwords[name])
        for name in ("anna", "ben", "carla", "dirk")
    }


def _ids(one, *domain):
    return one.search("account.account", list(domain), context={"allowed_company_ids": [one.company_id]})


def _map_roles(books, carla):
    """Give the company the accounts that it lacks, and name them in the policy as a new version would."""
    own = {"context": {"allowed_company_ids": [carla.company_id]}}
    for code in ("211700", "211800", "211900"):
        vals = {"name": f"Accrued {code}", "code": code, "account_type": "liability_current"}
        carla.call("account.account", "create", [vals], **own)
    for role, code in ROLES.items():
        (account,) = _ids(carla, ("code", "=", code))
        books.execute(
            "UPDATE ai_close_policy SET params = jsonb_set(params, '{roles," + role + "}', "
            f"'{account}') WHERE state = 'in_force' AND company_id = {carla.company_id}"
        )


def _signed(maker, signer, model, **vals):
    own = {"context": {"allowed_company_ids": [maker.company_id]}}
    (made,) = maker.call(model, "create", [vals], **own)
    maker.call(model, "action_prepare", [made], **own)
    signer.call(model, "action_review", [made], **own)
    return made


@pytest.fixture(scope="module")
def given(books, people):
    anna, ben, carla, dirk = (people[name] for name in ("anna", "ben", "carla", "dirk"))
    _map_roles(books, carla)
    lender = anna.search("res.partner", [("name", "=", "First Harbor Bank")])[0]
    _signed(
        anna, ben, "ai.close.loan", name="IN1", partner_id=lender, principal=250000, rate=4.8,
        start_date="2026-09-15",
    )  # fmt: skip
    _signed(
        anna, ben, "ai.close.pay.run", name="PY1", start_date="2026-10-26", end_date="2026-11-06",
        amount=48000, social_pct=21.5,
    )  # fmt: skip
    for key, days, rate in (("P-1", 12.5, 240), ("P-2", 4, 310), ("P-3", -2, 200)):
        _signed(
            carla, dirk, "ai.close.holiday.balance", key=key, as_of="2026-10-31", days=days, day_rate=rate,
            social_pct=21.5,
        )  # fmt: skip
    return books


def test_IN1_PY1_HO1_are_proposed_from_records_of_odoo(given):
    transport = connect(
        given.url, given.database, "ai-close-agent", read_secret(given.key_file, "key"), transport="json2"
    )
    run = PortRun(Port(transport, Retry(attempts=2, first_s=0.1)), "1.0.0")
    try:
        start = run.begin(given.company, given.period, f"given-{uuid.uuid4().hex}", "digest", "cli")
        assert set(run.port.hello()["datasets"]) >= DATASETS
        read = read_whole(PortReader(run, DATASETS), start, lambda _words: None)
        books = read.books(start)
        period = period_of(start)
        policy = policy_of(start, books, period)
        codes = dict(books.frame("accounts").select("id", "code").iter_rows())
        found = {}
        for module in (interest, payroll, holiday):
            (entry,) = module.propose(books, policy, period, {})
            found[module.CODE] = sorted(
                (codes[line.account_id], str(Decimal(line.balance) / 100)) for line in entry.lines
            )
            (answer,) = run.port.submit(run.lease, "entry", [entry.row()])
            assert answer["status"] == "created", answer
    finally:
        if run.begun:
            run.fail([{"message": "end of a test"}])
        transport.close()
    assert found == {
        "IN": [("211700", "-1545.21"), ("621000", "1545.21")],
        "PY": [("211800", "-29160"), ("630000", "24000"), ("631000", "5160")],
        "HO": [("211900", "-5151.6"), ("630000", "5151.6")],
    }


def test_what_one_person_wrote_is_not_read(given, people):
    anna = people["anna"]
    own = {"context": {"allowed_company_ids": [anna.company_id]}}
    vals = {"name": "alone", "start_date": "2026-10-26", "end_date": "2026-11-06", "amount": 1}
    (made,) = anna.call("ai.close.pay.run", "create", [vals], **own)
    anna.call("ai.close.pay.run", "action_prepare", [made], **own)
    assert anna.refused("ai.close.pay.run", "action_review", [made], **own)
    assert anna.refused("ai.close.holiday.balance", "search_read", [], ["day_rate"], **own)
    transport = connect(
        given.url, given.database, "ai-close-agent", read_secret(given.key_file, "key"), transport="json2"
    )
    run = PortRun(Port(transport, Retry(attempts=2, first_s=0.1)), "1.0.0")
    try:
        run.begin(given.company, given.period, f"given-{uuid.uuid4().hex}", "digest", "cli")
        assert made not in PortReader(run, DATASETS).read("pay_runs")["id"]
    finally:
        if run.begun:
            run.fail([{"message": "end of a test"}])
        transport.close()
