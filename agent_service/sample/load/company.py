"""Companies, charts, journals, currencies and rates."""

from agent_service.sample.documents import Account, Company, Journal
from agent_service.sample.load.context import Context, LoadError

CHART = "generic_coa"


def load(ctx: Context) -> None:
    """Set up both companies; the main one is the database's first."""
    env = ctx.env()
    for name in ("USD", "EUR", "GBP"):
        currency = env["res.currency"].with_context(active_test=False).search([("name", "=", name)])
        currency.active = True
        ctx.currencies[name] = currency.id
    records = {}
    for index, company in enumerate(ctx.plan.companies):
        records[company.key] = _company(ctx, env, company, main=index == 0)
    env.user.company_ids = [(4, record.id) for record in records.values()]
    # Odoo gives a new company a chart of its own choice when the transaction commits.
    env.cr.commit()
    ctx.companies = records
    for company in ctx.plan.companies:
        ctx.partners[company.partner] = records[company.key].partner_id.id
        _chart(ctx, company)
        for account in ctx.plan.accounts:
            _account(ctx, company, account)
    for journal in ctx.plan.journals:
        _journal(ctx, journal)
    _rates(ctx)
    ctx.step(0, "companies")


def _company(ctx: Context, env, company: Company, *, main: bool):
    country = env["res.country"].search([("code", "=", company.country)], limit=1)
    vals = {"name": company.name, "country_id": country.id, "currency_id": ctx.currencies[company.currency]}
    if not main:
        return env["res.company"].create(vals)
    record = env.ref("base.main_company")
    if env["account.move"].search_count([("company_id", "=", record.id)], limit=1):
        raise LoadError("the main company has journal entries already: load into a fresh database")
    # Writing a country, even the same one, makes Odoo look for localisations to install.
    record.write({name: value for name, value in vals.items() if name == "name" or record[name].id != value})
    return record


def _chart(ctx: Context, company: Company) -> None:
    env = ctx.env(company.key)
    record = ctx.companies[company.key]
    if record.chart_template != CHART:
        env["account.chart.template"].try_loading(CHART, company=record, install_demo=False)
    # Loading a chart also sets the currency of the chart's country.
    record.currency_id = ctx.currencies[company.currency]
    record.tax_calculation_rounding_method = "round_globally"
    for kind, use in (("sale", "sale"), ("purchase", "purchase")):
        tax = env["account.tax"].search(
            [("company_id", "=", record.id), ("type_tax_use", "=", use), ("amount", "=", 15.0)], limit=1
        )
        if not tax:
            raise LoadError(f"{company.name}: the chart has no 15 % {use} tax")
        ctx.taxes[(company.key, kind)] = tax.id


def _account(ctx: Context, company: Company, account: Account) -> None:
    env = ctx.env(company.key)
    record = ctx.companies[company.key]
    found = env["account.account"].search(
        [("code", "=", account.code), ("company_ids", "in", record.ids)], limit=1
    )
    if not found and not account.created:
        raise LoadError(f"{company.name}: the chart has no account {account.code} ({account.name})")
    if not found:
        found = env["account.account"].create(
            {
                "code": account.code,
                "name": account.name,
                "account_type": account.type,
                "reconcile": account.reconcile,
                "company_ids": [(6, 0, record.ids)],
            }
        )
    elif account.reconcile and not found.reconcile:
        found.reconcile = True
    ctx.accounts[(company.key, account.code)] = found.id


def _journal(ctx: Context, journal: Journal) -> None:
    env = ctx.env(journal.company)
    company = ctx.companies[journal.company]
    found = env["account.journal"].search(
        [("code", "=", journal.code), ("company_id", "=", company.id)], limit=1
    )
    vals = {}
    if journal.bank_number:
        bank = env["res.partner.bank"].create(
            {
                "acc_number": journal.bank_number,
                "partner_id": company.partner_id.id,
                "company_id": company.id,
                "allow_out_payment": True,
            }
        )
        vals["bank_account_id"] = bank.id
    if not found:
        vals.update(
            {"name": journal.name, "code": journal.code, "type": journal.type, "company_id": company.id}
        )
        if journal.account:
            vals["default_account_id"] = ctx.account(journal.company, journal.account)
        if journal.currency:
            vals["currency_id"] = ctx.currencies[journal.currency]
        found = env["account.journal"].create(vals)
    elif vals:
        found.write(vals)
    if journal.account and found.default_account_id.id != ctx.account(journal.company, journal.account):
        raise LoadError(f"journal {journal.code} of {company.name} does not use account {journal.account}")
    ctx.journals[journal.key] = found.id
    ctx.remember(f"journal:{journal.key}", found)


def _rates(ctx: Context) -> None:
    """Load rates without a company: units per US dollar, from which every company's own follow."""
    env = ctx.env()
    env["res.currency.rate"].create(
        [
            {"currency_id": ctx.currencies[name], "name": day, "rate": 1 / float(value), "company_id": False}
            for name, table in ctx.plan.rates.items()
            for day, value in sorted(table.items())
        ]
    )
