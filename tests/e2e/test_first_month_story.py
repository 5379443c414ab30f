"""The start of a company whose September was closed by hand: the wizard, its second signature, the list.

Told in order, in a database with plain books of its own: the add-on is there, and nobody uses it yet.
"""

import secrets
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tools import odoo_cli, postgres, template
from tools.odoo_server import OdooServer

pytestmark = pytest.mark.slow

PEOPLE = {"rita": "preparer", "otto": "controller", "olga": "controller"}
BOOKS = """
from odoo import Command
company = env.ref("base.main_company")
env = env(context=dict(env.context, allowed_company_ids=company.ids, tracking_disable=True))
company = company.with_env(env)
company.name = "Northwind Rentals"
env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
make = lambda code, name, kind: env["account.account"].create(
    {"code": code, "name": name, "account_type": kind}
)
grni = make("211500", "Goods received not invoiced", "liability_current")
billed = make("141500", "Billed not received", "asset_current")
accrued = make("231500", "Accrued liabilities", "liability_current")
expense = env["account.account"].search([("account_type", "=", "expense")], limit=1)
general = env["account.journal"].search([("type", "=", "general"), ("company_id", "=", company.id)], limit=1)
for month, amount, other in ((7, 900, grni), (8, 1250, grni), (9, 400, accrued), (9, 60, billed)):
    env["account.move"].create({"date": f"2026-0{month}-28", "journal_id": general.id, "line_ids": [
        Command.create({"account_id": expense.id, "balance": amount, "name": "Accrual"}),
        Command.create({"account_id": other.id, "balance": -amount, "name": "Accrual"}),
    ]}).action_post()
names = ("Brightwater Inc", "Quarry & Sons", "Alder Works")
partners = env["res.partner"].create([{"name": name} for name in names])
for kind, days in (("out_invoice", ("06-12", "08-03", "09-18")), ("in_invoice", ("07-21", "09-25"))):
    for at, day in enumerate(days):
        for number in range(1, 6):
            env["account.move"].create({
                "move_type": kind, "partner_id": partners[at].id, "date": f"2026-{day}",
                "invoice_date": f"2026-{day}", "invoice_date_due": f"2026-{day}",
                "ref": f"{kind[:2].upper()}-{at}{number}",
                "invoice_line_ids": [
                    Command.create({"name": "Rent of tools", "price_unit": 137.5 * number, "tax_ids": []})
                ],
            }).action_post()
company.fiscalyear_lock_date = "2026-09-30"
for login, (role, password) in PEOPLE.items():
    env["res.users"].create({
        "name": login.title(), "login": login, "email": f"{login}@northwind.example",
        "password": password, "tz": "UTC",
        "company_id": company.id, "company_ids": [(6, 0, company.ids)],
        "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref(f"ai_close.group_{role}").id])],
    })
env.cr.commit()
"""


@pytest.fixture(scope="module")
def october():
    """Serve books that were kept without AI Close, and its people."""
    database = "e2e_first_month"
    logins = {login: secrets.token_urlsafe(12) for login in PEOPLE}
    people = {login: (role, logins[login]) for login, role in PEOPLE.items()}
    template.reclone(template.with_addons(), database)
    try:
        odoo_cli.shell(postgres.TEST, database, f"PEOPLE = {people!r}\n{BOOKS}")
        with OdooServer(database) as server:
            yield SimpleNamespace(url=server.url, database=database, logins=logins)
    finally:
        odoo_cli.drop(postgres.TEST, database)


def _page(person, name):
    person.page.locator(".o_notebook_headers").get_by_text(name, exact=True).click()


def test_a_controller_drafts_the_start(person):
    otto = person("otto")
    otto.go("ai-close")
    otto.press("Set up a company")
    otto.state("Draft")
    expect(otto.page.locator("[name=period_start]").first).to_contain_text("Oct 1")
    expect(otto.page.locator(".o_field_ai_close_table")).to_contain_text("Rita")
    expect(otto.page.locator("[name=missing]")).to_contain_text("Nobody is a reviewer")
    otto.picture("start-wizard")
    _page(otto, "2 Accounts")
    expect(otto.page.locator(".o_data_row", has_text="Goods received, not invoiced")).to_contain_text(
        "account 211500 'Goods received not invoiced' by its name, used by 2 items"
    )
    otto.picture("start-roles")
    _page(otto, "3 Policy")
    otto.page.locator("[name=materiality] input").fill("2500")
    otto.press("Send for confirmation")
    otto.state("To confirm")
    otto.press("Confirm and start")
    expect(otto.page.locator(".modal")).to_contain_text("SOD001")


def test_another_controller_confirms_it(person):
    olga = person("olga")
    olga.go("ai-close-starts")
    olga.page.locator(".o_data_row .o_data_cell").first.click()
    olga.state("To confirm")
    _page(olga, "4 Signatures")
    expect(olga.page.locator(".tab-pane.active")).to_contain_text("nothing before the first month")
    olga.picture("start-confirm")
    olga.press("Confirm and start")
    expect(olga.page.locator(".o_form_view")).to_contain_text("October 2026")
    expect(olga.page.locator(".o_breadcrumb")).to_contain_text("October 2026")


def test_two_people_sign_what_the_company_inherits(person):
    rita, olga = person("rita"), person("olga")
    rita.go("ai-close")
    expect(rita.page.locator(".o_ai_close_blocker", has_text="Inherited list")).to_have_count(1)
    rita.go("ai-close-inherited")
    rita.page.locator(".o_data_row .o_data_cell").first.click()
    rita.press("Read and prepare")
    rita.state("To sign")
    olga.go("ai-close-inherited")
    olga.page.locator(".o_data_row .o_data_cell").first.click()
    olga.press("Sign the list")
    olga.state("Signed")
    olga.picture("inherited-list")
    olga.page.locator(".oe_stat_button", has_text="Items").click()
    expect(olga.page.locator(".o_data_row")).to_have_count(28)
    olga.picture("inherited-items")
