"""Vendors and employees: the agent learns that they have something in common, and never whose it is."""

import json

import pytest

from tests.support.demo import CLUSTER
from tools import odoo_cli

pytestmark = pytest.mark.slow
# What the sample's vendors are called is the sample's matter: any four with a bill in the month will do.
EMPLOYEES = """
import json
company = env["res.company"].search([("name", "=", "Northwind Trading")])
bills = env["account.move"].search([
    ("company_id", "=", company.id), ("move_type", "=", "in_invoice"), ("state", "=", "posted"),
    ("date", ">=", "2026-10-01"), ("date", "<=", "2026-10-31")])
moonlights, neighbour, payee, clean = bills.partner_id.commercial_partner_id.sorted("id")[:4]
def employee(name, **more):
    return env["hr.employee"].create({"name": name, "company_id": company.id, **more})
def account(partner, number):
    return env["res.partner.bank"].create({"partner_id": partner.id, "acc_number": number})
first = employee("Wilhelmina Oduya")
first.bank_account_ids = account(first.work_contact_id, "NL02 ABNA 0123 4567 89")
account(moonlights, "nl02abna0123456789")
neighbour.write({"street": "14, Quai des Brumes", "zip": "56100", "city": "Lorient"})
employee("Casimir Thrale", private_street="14 quai des brumes", private_zip="56 100")
paid = employee("Ottoline Vance", work_contact_id=payee.id)
paid.bank_account_ids = account(payee, "GB33BUKB20201555555555")
left = employee("Basil Quist", private_street="1 Nowhere Road", private_zip="1", active=False)
env.cr.commit()
print("CAST" + json.dumps([moonlights.id, neighbour.id, payee.id, clean.id]))
"""


@pytest.fixture(scope="module")
def books(demos):
    """The sample company with Odoo's employees, after one run."""
    demo = demos.make()
    odoo_cli.install(CLUSTER, demo.database, ["hr"])
    printed = odoo_cli.shell(CLUSTER, demo.database, EMPLOYEES)
    demo.cast = json.loads(next(row for row in printed.splitlines() if row.startswith("CAST"))[4:])
    demo.run()
    return demo


def test_the_bridge_comes_with_employees(books):
    assert books.sql("SELECT json_agg(state) FROM ir_module_module WHERE name = 'ai_close_hr'") == [
        "installed"
    ]


def test_vendors_with_an_employees_account_or_address_are_found(books):
    moonlights, neighbour, _payee, _clean = books.cast
    found = books.sql("""SELECT json_agg(json_build_array(facet, records, message) ORDER BY facet)
        FROM ai_close_finding WHERE rule = 'EXF006' AND facet IN ('employee', 'address')""")
    assert [(facet, [one["id"] for one in records]) for facet, records, _words in found] == [
        ("address", [neighbour]),
        ("employee", [moonlights]),
    ]


def test_nobody_is_named(books):
    told = books.sql("""SELECT json_agg(concat(title, message, evidence::text)) FROM ai_close_finding
        WHERE rule = 'EXF006'""")
    kept = "".join(told)
    for word in ("Oduya", "Thrale", "Vance", "Quist", "Brumes", "brumes", "0123456789"):
        assert word not in kept


def test_the_agent_may_not_read_employees(books):
    rows = books.sql("""SELECT json_agg(model.model) FROM ir_model_access access
        JOIN ir_model model ON model.id = access.model_id
        JOIN ir_model_data data ON data.model = 'res.groups' AND data.res_id = access.group_id
        WHERE data.module = 'ai_close' AND data.name = 'group_agent' AND model.model LIKE 'hr.%'""")
    assert rows is None
