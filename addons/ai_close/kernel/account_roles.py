"""Which account plays which role: proposals by Odoo's own settings, by name, type, code and history.

Pure: it gets the accounts as plain facts and says why it proposes one, and how sure it is.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

SURE, CHECK, OPEN = "sure", "check", "open"


class Role(NamedTuple):
    """What an account has to be, to be proposed for a role."""

    label: str
    types: frozenset[str]
    words: str
    codes: str = ""
    required: bool = False
    several: bool = False


class Account(NamedTuple):
    """What is known of an account: ``entries`` counts posted items, ``settings`` names its uses in Odoo."""

    id: int
    code: str
    name: str
    type: str
    entries: int = 0
    settings: frozenset[str] = frozenset()


class Proposal(NamedTuple):
    """An account for a role: ``why`` holds setting, name, code and history as far as they speak for it."""

    role: str
    account: Account | None
    confidence: str
    why: tuple[str, ...] = ()


_ASSET = frozenset({"asset_current", "asset_prepayments"})
_DEBT = frozenset({"liability_current"})
_INCOME = frozenset({"income", "income_other"})
_COST = frozenset({"expense", "expense_other", "expense_direct_cost"})
_BALANCE = _ASSET | _DEBT
_DEPRECIATION = frozenset({"expense_depreciation", "expense"})
_FIXED = frozenset({"asset_fixed", "asset_non_current"})
_ALLOWANCE = frozenset({"asset_current", "asset_receivable", "liability_current"})

ROLES: dict[str, Role] = {
    "grni": Role(
        "Goods received, not invoiced",
        _DEBT,
        r"goods received.*(not|un)[ -]?(invoiced|billed)|received.*not (yet )?(invoiced|billed)|\bgrni\b"
        r"|\bgr/ir\b|factures? non parvenues|nog te ontvangen facturen|stock interim.*received",
        r"408\d*",
        required=True,
    ),
    "billed_not_received": Role(
        "Billed, not received",
        _ASSET,
        r"(billed|invoiced).*not.*received|goods in transit|marchandises en transit|goederen onderweg",
        required=True,
    ),
    "suspense": Role(
        "Bank suspense", _BALANCE, r"suspense|attente|zwischenkonto", required=True, several=True
    ),
    "transfer": Role(
        "Transfers between banks", _BALANCE, r"liquidity transfer|internal transfer|virements? internes?"
    ),
    "clearing": Role(
        "Clearing", _BALANCE, r"clearing|verrechnungskonto|card processor|payment processor", several=True
    ),
    "payroll_clearing": Role(
        "Payroll clearing",
        _DEBT,
        r"(salar(y|ies)|wages?|payroll).*(payable|clearing)|r[eé]mun[eé]rations dues|nettol[oö]hne",
        r"455\d*|421\d*",
    ),
    "prepaid": Role(
        "Prepaid expenses",
        _ASSET,
        r"prepa(id|yments?)|charges constat[eé]es|over te dragen kosten",
        r"490\d*|486\d*",
    ),
    "deferred_revenue": Role(
        "Deferred revenue",
        _DEBT,
        r"(deferred|unearned) (revenue|income)|produits constat[eé]s",
        r"493\d*|487\d*",
    ),
    "accrued_liability": Role(
        "Accrued expenses",
        _DEBT,
        r"accrued (liabilit|expens)|accruals|charges [aà] payer|toe te rekenen kosten",
        r"492\d*",
    ),
    "retained_earnings": Role(
        "Retained earnings",
        frozenset({"equity", "equity_unaffected"}),
        r"retained earnings|undistributed|report [aà] nouveau|gewinnvortrag",
    ),
    "fx_gain": Role("Exchange gain", _INCOME, r"(exchange|currency|fx).*(gain|profit)|gains? de change"),
    "fx_loss": Role("Exchange loss", _COST, r"(exchange|currency|fx).*loss|pertes? de change"),
    "bank_fees": Role("Bank fees", _COST, r"bank (fees?|charges?)|frais bancaires|bankspesen"),
    "discount_given": Role(
        "Discounts given to customers",
        _COST | _INCOME,
        r"(cash|early[ -]payment|sales?) discounts?( (given|allowed|granted|loss))?$"
        r"|discounts? (given|allowed|granted)|escomptes? accord[eé]s|gew[aä]hrte skonti",
    ),
    "discount_taken": Role(
        "Discounts taken from vendors",
        _COST | _INCOME,
        r"(cash|early[ -]payment|purchase) discounts? (gain|taken|earned|received)"
        r"|discounts? (taken|earned|received)|escomptes? obtenus|erhaltene skonti",
    ),
    "rounding": Role(
        "Payment differences",
        _COST | _INCOME,
        r"rounding|payment differences?|cash difference"
        r"|[eé]carts? de (paiement|r[eè]glement)|kleindifferenzen",
    ),
    "withholding": Role(
        "Tax withheld", _BALANCE, r"with?held|withholding|retenues? [aà] la source|quellensteuer"
    ),
    "interest_income": Role(
        "Interest income", _INCOME, r"interest (income|received|revenue|earned)|produits financiers|zinsertr"
    ),
    "interest_expense": Role(
        "Interest expense",
        _COST,
        r"interest (expenses?|paid|costs?|charges?)|charges d.int[eé]r[eê]t|zinsaufw",
    ),
    "tax_payable": Role(
        "Taxes to pay",
        _BALANCE,
        r"(tax|vat|gst)(es)? (payable|to pay|settlement|control)|tva [aà] payer|umsatzsteuer-?zahllast",
    ),
    "revenue": Role(
        "Revenue",
        frozenset({"income"}),
        r"^(product |service )?(sales?|revenues?)( account| of (goods|services|products))?$|umsatzerl[oö]se"
        r"|^ventes",
    ),
    "accrued_income": Role(
        "Accrued income",
        _ASSET,
        r"accrued (income|revenue|receivable)|unbilled (revenue|receivable)|contract assets?"
        r"|delivered.*not (yet )?(invoiced|billed)|produits [aà] recevoir|factures? [aà] [eé]tablir"
        r"|verkregen opbrengsten|te factureren",
        r"491\d*|418\d*",
    ),
    "cogs": Role(
        "Cost of goods sold",
        _COST,
        r"cost of (goods( sold)?|sales|revenue)|\bcogs\b|co[uû]t des ventes|wareneinsatz|kostprijs",
    ),
    "stock_valuation": Role(
        "Stock valuation",
        _ASSET,
        r"stock valuation|^inventory$|inventory (valuation|asset)|merchandise inventory"
        r"|stocks? de marchandises|vorr[aä]te",
    ),
    "stock_variation": Role(
        "Stock variation",
        _COST | _BALANCE,
        r"(stock|inventory) (variation|change|adjustment)|variations? (de|des) stocks?|bestandsver[aä]nder"
        r"|voorraadwijziging",
    ),
    "fixed_asset": Role(
        "Fixed assets",
        _FIXED,
        r"^(?!.*(accum|deprec|amorti)).*(fixed assets?$|equipment|machinery|immobilisations?|sachanlagen"
        r"|vaste activa)",
    ),
    "accum_depreciation": Role(
        "Accumulated depreciation",
        _FIXED,
        r"(accumulated|accum\.?) (depreciation|amorti[sz]ation)|amortissements? (cumul|sur|des)"
        r"|kumulierte abschreibung|geboekte afschrijving",
    ),
    "depreciation": Role(
        "Depreciation",
        _DEPRECIATION,
        r"^(?!.*accum).*(depreciation|amorti[sz]ation)|dotations? aux amortissements|^abschreibung"
        r"|^(?!geboekt).*afschrijving",
    ),
    "disposal_proceeds": Role(
        "Proceeds of sold assets",
        _INCOME,
        r"(proceeds|sale) (of|from).*(assets?|disposals?)|disposal proceeds|produits? (de|des) cessions?",
    ),
    "disposal_gain": Role(
        "Gain on sold assets",
        _INCOME,
        r"(gain|profit)s? (on|from).*(disposal|sale|assets?)|plus-values?",
    ),
    "disposal_loss": Role(
        "Loss on sold assets",
        _COST,
        r"loss(es)? (on|from).*(disposal|sale|assets?)|moins-values?",
    ),
    "accrued_interest": Role(
        "Accrued interest",
        _DEBT,
        r"(accrued interest|interest (payable|accrued))|int[eé]r[eê]ts courus",
        r"1688\d*",
    ),
    "wages": Role(
        "Wages and salaries",
        _COST,
        r"^(gross )?(wages?|salar(y|ies))( (and|&) (salar(y|ies)|wages?))?( expenses?)?$|r[eé]mun[eé]rations"
        r"|^l[oö]hne|bezoldigingen",
    ),
    "social": Role(
        "Employer's social charges",
        _COST,
        r"(social|employer).*(charges?|contributions?|securit|tax)|payroll tax(es)? expenses?"
        r"|cotisations? sociales|soziale abgaben|sociale bijdragen",
    ),
    "accrued_payroll": Role(
        "Accrued payroll",
        _DEBT,
        r"accrued (payroll|wages|salar)|(payroll|wages|salar(y|ies)) accru",
    ),
    "holiday_expense": Role(
        "Holiday expense",
        _COST,
        r"(holiday|vacation|leave) (pay )?(expense|cost|charge)|p[eé]cules? de vacances$",
    ),
    "accrued_holiday": Role(
        "Accrued holidays",
        _DEBT,
        r"(accrued|provision for|unpaid) (holiday|vacation|leave)|(holiday|vacation|leave) (pay )?(payable"
        r"|accru)|dettes.*cong[eé]s|urlaubsr[uü]ckstellung",
        r"456\d*|4282\d*",
    ),
    "bad_debt": Role(
        "Bad debts",
        _COST,
        r"bad[ -]debts?|doubtful|impairment.*receivable|cr[eé]ances (douteuses|irr[eé]couvrables)"
        r"|forderungsverlust",
    ),
    "allowance": Role(
        "Allowance for doubtful receivables",
        _ALLOWANCE,
        r"(allowance|provision) (for|on).*(doubtful|bad|receivable|credit)|wertberichtigung"
        r"|d[eé]pr[eé]ciations? .*(clients|cr[eé]ances)",
        r"409\d*",
    ),
    "ic_receivable": Role(
        "Due from group companies",
        _ASSET | {"asset_receivable"},
        r"inter-?company receivable|due from (affiliate|group|related|subsidiar|parent)"
        r"|receivables?.*(affiliate|group compan)|forderungen gegen.*verbundene",
    ),
    "ic_payable": Role(
        "Due to group companies",
        _DEBT | {"liability_payable"},
        r"inter-?company payable|due to (affiliate|group|related|subsidiar|parent)"
        r"|payables?.*(affiliate|group compan)|verbindlichkeiten gegen.*verbundene",
    ),
    "management_fee": Role(
        "Charges from group companies",
        _COST,
        r"management fees?|inter-?company (charge|recharge|expense|cost)|group (charge|recharge)s?",
    ),
    "recharge_income": Role(
        "Recharges to group companies",
        _INCOME,
        r"recharges?( income| revenue)?$|inter-?company (income|revenue|sales)|management fee income",
    ),
}


def propose(accounts: Iterable[Account]) -> list[Proposal]:
    """Return what is proposed for each role, in their order; a required role without one is ``open``."""
    accounts = list(accounts)
    return [proposal for key, role in ROLES.items() for proposal in _for_role(key, role, accounts)]


def _for_role(key: str, role: Role, accounts: list[Account]) -> list[Proposal]:
    judged = [(why, account) for account in accounts if (why := _why(key, role, account))]
    judged.sort(key=lambda each: (_rank(each[0]), each[1].entries), reverse=True)
    if not judged:
        return [Proposal(key, None, OPEN)] if role.required else []
    if role.several:
        return [Proposal(key, account, _sure(why), why) for why, account in judged]
    best_why, best = judged[0]
    rivals = [account for why, account in judged[1:] if _rank(why) == _rank(best_why)]
    return [Proposal(key, best, CHECK if rivals else _sure(best_why), best_why)]


def _why(key: str, role: Role, account: Account) -> tuple[str, ...]:
    set_so = key in account.settings
    named = account.type in role.types and bool(re.search(role.words, account.name, re.IGNORECASE))
    coded = account.type in role.types and bool(role.codes and re.fullmatch(role.codes, account.code))
    if not (set_so or named or coded):
        return ()
    signs = {"setting": set_so, "name": named, "code": coded, "history": account.entries > 0}
    return tuple(name for name, there in signs.items() if there)


def _rank(why: tuple[str, ...]) -> int:
    return sum({"setting": 8, "name": 4, "code": 2, "history": 1}[name] for name in why)


def _sure(why: tuple[str, ...]) -> str:
    """A setting of Odoo's own is certain; a name that is in use, or in place by its code, nearly so."""
    return SURE if "setting" in why or ("name" in why and len(why) > 1) else CHECK


def as_params(chosen: Iterable[tuple[str, int]]) -> dict[str, int | list[int]]:
    """Return the policy's ``roles`` for ``(role, account id)``: one id, or a list of several."""
    found: dict[str, list[int]] = {}
    for role, account in chosen:
        ids = found.setdefault(role, [])
        if account not in ids:
            ids.append(account)
    return {
        role: sorted(ids) if len(ids) > 1 or (role in ROLES and ROLES[role].several) else ids[0]
        for role, ids in found.items()
    }


def missing(given: Mapping[str, object]) -> list[str]:
    """Return the labels of required roles that ``given`` does not fill."""
    return [role.label for key, role in ROLES.items() if role.required and not given.get(key)]


def doubled(given: Mapping[str, object]) -> list[str]:
    """Return the labels of roles that have more accounts than the one they may have."""
    return [
        role.label for key, role in ROLES.items() if not role.several and isinstance(given.get(key), list)
    ]
