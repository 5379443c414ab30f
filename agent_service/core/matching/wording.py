"""Why a proposal is made and what speaks against it, in words that an accountant would use."""

from collections.abc import Iterator, Mapping, Sequence

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.explanations import Explanation
from agent_service.core.matching.model import Reason, Settings
from agent_service.core.matching.views import View

_NAMED = {
    "full": ("number_full", "The bank's text names the document's number"),
    "digits": ("number_digits", "The bank's text names the digits of the document's number"),
    "short": ("number_short", "The bank's text names a part of the document's number"),
    "typo": ("number_typo", "The bank's text names the document's number with a slip"),
    "cut": ("number_cut", "The bank's text ends inside the document's number"),
}
_PAYER = {
    "account_known": "The payer's bank account is known",
    "partner_known": "The bank line's partner is the same",
    "alias": "The payer paid for this partner before",
    "name_full": "The payer's name is the partner's",
    "name_similar": "The payer's name is like the partner's",
    "name_in_label": "The bank's text holds the partner's name",
}
_SETS = {
    "several_named": "The named documents together are what was paid",
    "several_completed": "The named documents and others of the payer together are what was paid",
    "several_swapped": "The named documents are what was paid, one of them read as another of the same payer",
    "several_all_open": "All that the payer has open together is what was paid",
    "several_due": "All that was due together is what was paid",
    "several_period": "The documents of one period together are what was paid",
    "several_oldest": "The oldest open documents together are what was paid",
    "several_found": "Open documents of the payer add up to what was paid; nobody named them",
    "several_lines": "Several bank lines name the item and together pay it",
    "several_lines_mixed": "Bank lines of one payer, at least one naming the item, together pay it",
    "several_lines_found": "Several bank lines of the payer together pay the item",
    "payout_days": "A processor's payments of these days, less what it keeps of every payout",
    "payout": "A processor's payout of these payments, less its fee",
}
_AGAINST = {
    "month_other": "The bank's text names another month than the item's",
    "payer_is_other": "The payer is known as another partner",
    "payer_unknown": "The payer's name is none of the partners with open items",
    "names_others": "The bank's text names other open documents",
    "names_another": "The bank's text names an open document of its own, and none of these",
    "several_other_set": "Another set of the payer's open documents comes to the same sum",
    "names_unknown": "The bank's text names a document that is not open",
    "unsupported": "Neither number nor payer speak for it",
    "day_before_item": "The item is dated after the payment",
    "day_very_late": "The item was due long ago",
    "discount_late": "The discount's last day was before the payment",
    "partial": "Only a part of the open amount was paid",
    "partial_unsaid": "Nothing says why the rest is missing",
    "partial_hinted": "Only a word that banks write for other things too may say why the rest is missing",
    "part_or_fee": "The bank's text speaks of charges and of a part: what the rest is, is open",
    "rounding_whole": "The payer rounded to a whole amount",
    "fx_spread": "The amount differs from the day's rate by the bank's spread",
    "fee_too_large": "The bank's text speaks of charges, and no charge is so large",
    "by_chance": "Other sets of the payer's items might fit as well",
    "loose": "No number is named and the amount is not the open one",
    "word_disagrees": "The bank's text speaks of something else",
    "ref_missing_some": "Not all of the items are named",
}
_KNOWN = {
    "payer_is_other": "other_partner",
    "names_others": "names_others",
    "day_before_item": "later_document",
}
"""Codes that people know already; every other doubt's code begins with doubt_."""
_WRITTEN = {
    "bank_fee": "Short by what a bank or processor may keep as its fee",
    "discount": "Short by the early-payment discount",
    "rounding": "Differs by rounding",
    "fx": "Differs by the exchange rate",
    "withholding": "Short by a usual share of withholding",
}


def shown(amount: int, currency: str, settings: Settings) -> str:
    """Return minor units as people read them ("1,190.00 USD")."""
    digits = settings.decimals.get(currency, 2)
    whole, rest = divmod(abs(amount), 10**digits)
    text = f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    return f"{'-' if amount < 0 else ''}{text} {currency}"


def reasons(
    catalog: Catalog, views: Sequence[View], one: Explanation, settings: Settings
) -> tuple[Reason, ...]:
    """Return what speaks for an explanation by items, then what speaks against it."""
    return (*_for(catalog, views, one, settings), *_against(one.features))


def _for(catalog: Catalog, views: Sequence[View], one: Explanation, settings: Settings) -> Iterator[Reason]:
    lines = [views[place] for place in one.lines]
    named = 0
    for item in one.items:
        found = next((view.named[item] for view in lines if item in view.named), None)
        if found and named < 5:
            named += 1
            yield Reason(*_NAMED[found.level], found.text[:60])
    for partner in sorted({catalog.partner[item] for item in one.items})[:2]:
        how = next((view.partners[partner] for view in lines if partner in view.partners), None)
        if how:
            item = next(item for item in one.items if catalog.partner[item] == partner)
            yield Reason(how[0], _PAYER[how[0]], catalog.items[item].partner_name[:80])
    for code, text in _SETS.items():
        if one.features.get(code):
            yield Reason(
                code, text, str(len(one.lines) if code.startswith("several_lines") else len(one.items))
            )
    if one.features.get("month_same"):
        yield Reason("month_same", "The bank's text and the item's name the same month")
    if one.how == "exact":
        currency, amount = lines[0].faces[0]
        yield Reason(
            "amount_exact", "The open amount is exactly the bank line's", shown(amount, currency, settings)
        )
    for part in one.write_offs:
        yield Reason(
            f"write_off_{part.kind}", _WRITTEN[part.kind], shown(part.amount, catalog.company, settings)
        )


def _against(features: Mapping[str, float]) -> Iterator[Reason]:
    for code, text in _AGAINST.items():
        if features.get(code, 0.0) > 0:
            yield Reason(_KNOWN.get(code, f"doubt_{code}"), text)
