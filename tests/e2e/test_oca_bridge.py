"""Beside OCA's reconciliation: nothing is reconciled at the import in a guarded company, all else goes on.

OCA's add-on reconciles inside the creation of a bank line, without anybody's approval; in tests of Odoo's own
runner it does nothing, so this asks a database outside of that.
"""

import json

import pytest

from tools import odoo_cli, postgres, template

CLUSTER = postgres.TEST
DATABASE = "e2e_oca_bridge"
PLAY = """
import json

def books(name):
    company = env["res.company"].create({"name": name, "currency_id": env.ref("base.USD").id})
    env.user.company_ids += company
    here = env(context=dict(env.context, allowed_company_ids=company.ids))
    def account(code, kind, reconcile=False):
        return here["account.account"].with_company(company).create({
            "name": code, "code": code, "account_type": kind, "reconcile": reconcile,
            "company_ids": [(6, 0, company.ids)]})
    bank, suspense = account("B1", "asset_cash"), account("S1", "asset_current")
    receivable, income = account("R1", "asset_receivable", True), account("I1", "income")
    company.account_journal_suspense_account_id = suspense
    journal = here["account.journal"].create({
        "name": "Bank", "code": "BNK", "type": "bank", "company_id": company.id,
        "default_account_id": bank.id, "suspense_account_id": suspense.id})
    misc = here["account.journal"].create(
        {"name": "Misc", "code": "GEN", "type": "general", "company_id": company.id})
    partner = here["res.partner"].create({"name": "Payer of " + name, "company_id": company.id})
    move = here["account.move"].create({
        "journal_id": misc.id, "partner_id": partner.id, "date": "2026-10-05", "ref": "INV-7001-" + name,
        "line_ids": [
            (0, 0, {"account_id": receivable.id, "partner_id": partner.id, "debit": 100, "credit": 0,
                    "name": "open", }),
            (0, 0, {"account_id": income.id, "debit": 0, "credit": 100, "name": "sale"})]})
    move.action_post()
    item = move.line_ids.filtered(lambda line: line.account_id == receivable)
    return company, here, journal, item

def imported(here, journal, item):
    line = here["account.bank.statement.line"].create({
        "journal_id": journal.id, "date": "2026-10-20", "payment_ref": item.ref, "amount": 100,
        "partner_id": item.partner_id.id})
    return line

free, here, journal, item = books("Free")
found = {"installed": env["ir.module.module"].search([("name", "=", "ai_close_reconcile_oca")]).state}
found["free"] = imported(here, journal, item).is_reconciled

kept, here, journal, item = books("Kept")
user = env["res.users"].create({
    "name": "Anna", "login": "anna_oca", "company_id": kept.id, "company_ids": [(6, 0, kept.ids)]})
env["ai.close.role.grant"]._set_up(user, "preparer")
env["ai.close.policy"]._create_first(kept, {
    "materiality": "5000.00", "tolerance_units": 1, "roles": {},
    "adjustment_journal_id": here["account.journal"].search(
        [("code", "=", "GEN"), ("company_id", "=", kept.id)]).id,
    "bands": {"auto": "0.95", "review": "0.70"}, "limits": {"match": "10000.00"}, "rules": {}}, tz="UTC")
line = imported(here, journal, item)
env.cr.commit()
run = env["ai.close.run"].search([("company_id", "=", kept.id)])
found["kept"], found["asked"] = line.is_reconciled, run.mapped("trigger")
match = env["ai.close.match"].with_user(user).with_context(
    allowed_company_ids=kept.ids)._propose_by_person(line, item)
match = match.with_user(user).with_context(allowed_company_ids=kept.ids)
match.action_accept()
found["accepted"] = [match.sudo().state, line.is_reconciled, item.reconciled]
match.action_undo()
found["undone"] = [match.sudo().state, line.is_reconciled, item.reconciled]
env.cr.commit()
print("FOUND " + json.dumps(found))
"""


@pytest.fixture(scope="module")
def found():
    template.reclone(template.with_addons(CLUSTER), DATABASE, CLUSTER)
    try:
        odoo_cli.install(CLUSTER, DATABASE, ["account_reconcile_oca"])
        printed = odoo_cli.shell(CLUSTER, DATABASE, PLAY)
        [line] = [row for row in printed.splitlines() if row.startswith("FOUND ")]
        yield json.loads(line.removeprefix("FOUND "))
    finally:
        odoo_cli.drop(CLUSTER, DATABASE)


def test_the_bridge_comes_with_oca_s_add_on(found):
    assert found["installed"] == "installed"


def test_only_companies_without_ai_close_are_reconciled_at_the_import(found):
    assert found["free"] is True
    assert found["kept"] is False
    assert found["asked"] == ["import"]


def test_a_match_is_accepted_and_undone_beside_it(found):
    assert found["accepted"] == ["accepted", True, True]
    assert found["undone"] == ["undone", False, False]
