"""A policy as the offline check reads it: ``policy.json`` with codes in place of ids."""

from .rule_book import RULE

ACCOUNT_KEYS = {
    "suspense": "suspense_account",
    "transfer": "transfer_account",
    "clearing": "clearing_accounts",
    "private": "private_accounts",
}


def exported(params, company, codes):
    """Return the object that ``ai-close check --policy`` reads.

    :param company: ``{id, name, partner, currency, timezone}``
    :param codes: the code of each account that the parameters name, by id
    """
    found = {
        "company_currency": company["currency"],
        "timezone": company["timezone"],
        "companies": [{name: company[name] for name in ("id", "name", "partner")}],
        "materiality": params["materiality"],
        "tolerance_units": params["tolerance_units"],
    }
    for role, key in ACCOUNT_KEYS.items():
        ids = params["roles"].get(role, [])
        named = [codes[one] for one in (ids if isinstance(ids, list) else [ids]) if one in codes]
        if named:
            found[key] = named
    for name, value in (params.get("settings") or {}).items():
        if name == "successors":
            continue  # of proposals, which the check without Odoo doesn't make
        if name == "analytic_required":
            value = [{"company": company["id"], **one} for one in value]
        elif name == "overdraft_limits":
            value = [
                {"account": codes[one["account"]], "amount": one["amount"]}
                for one in value
                if one["account"] in codes
            ]
        found[name] = value
    found["rules"] = {code: own for code, own in params["rules"].items() if RULE.fullmatch(code) and own}
    return found


def account_ids(params):
    """Return the accounts that an export names."""
    found = set()
    for role in ACCOUNT_KEYS:
        ids = params["roles"].get(role, [])
        found.update(ids if isinstance(ids, list) else [ids])
    found.update(one["account"] for one in (params.get("settings") or {}).get("overdraft_limits", ()))
    return found
