"""EXF014 Invalid VAT number.

**What it does** Reports a partner with a tax number that can't be: wrong length, letters or check digits.

**Why it matters** Existence and tax: a made-up number is the mark of a made-up vendor, and tax without charge
to an invalid number is owed by the seller.

**Method** Partners with a posted document or payment within a year: the number by python-stdnum for its
prefix, else for the partner's country; countries that it doesn't know aren't judged. Example:
"DE136695975" for a
number whose check digit is 6 → one finding.

**False positives** EL for Greece, XI for Northern Ireland; the number without its prefix; a national tax
number where that is lawful.

**Source** python-stdnum; `base_vat`, `res.partner.vat`."""

from functools import lru_cache
from types import ModuleType

import polars as pl
from stdnum import get_cc_module

from agent_service.core.facts import posted_entries
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.text import sanitized

CODE = "EXF014"
TITLE = "Invalid VAT number"
SEVERITY = "medium"
WHY = "A number that can't be is a slip of the pen, or a vendor that isn't."
REMEDY = "Compare with the vendor's bill and the tax office's register, and correct it."

_OTHER_PREFIX = {"EL": "GR", "XI": "GB"}
_EUROPE = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "GB",
        "NO",
        "CH",
    ]
)
_MARKED = {"JP": "T"}
"""What stands before the number on invoices, where it is not the country."""
_NATIONAL = ("vat", "tin", "businessid", "personalid", "uid", "stnr", "utr", "nif", "cif", "rut", "ein")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each partner; it has no amount."""
    partners = books.need("partners", "vat")
    used = (
        posted_entries(books)
        .select("date", "document", "origin", "commercial_partner_id")
        .filter(
            pl.col("date").is_between(add_months(period.start, -11), period.as_of),
            pl.col("document") | (pl.col("origin") == "payment").fill_null(value=False),
        )["commercial_partner_id"]
        .drop_nulls()
        .unique()
    )
    judged = partners.filter(
        pl.col("vat").fill_null("").str.replace_all(r"[^A-Za-z0-9]", "") != "",
        pl.coalesce("commercial_partner_id", "id").is_in(used.implode()),
    ).sort("id")
    found = []
    for row in judged.iter_rows(named=True):
        wrong = invalid(row["vat"], row["country"])
        if not wrong:
            continue
        record = Record("res.partner", row["id"], row["name"] or "")
        found.append(
            Finding(
                facet="invalid",
                anchor=record,
                title=f"{row['name']}: the tax number {row['vat']} can't be",
                message=f"{row['vat']} of {row['name']} is no number of {wrong}.",
                records=(record,),
                evidence={"vat": row["vat"], "country": row["country"] or "", "judged_as": wrong},
            )
        )
    return found


def invalid(vat: str, country: str | None) -> str:
    """Return the country for which a number is wrong, "" when it may be right or nobody can tell."""
    number, home = sanitized(vat), (country or "").strip().upper()
    prefix = _OTHER_PREFIX.get(number[:2], number[:2])
    if number[:2].isalpha() and prefix in _EUROPE and _modules(prefix):
        if _holds(prefix, number) or _holds(prefix, number[2:]):
            return ""
        if home and home != prefix and _holds(home, number):
            return ""  # the letters are no prefix but part of a national number
        return prefix
    home = _OTHER_PREFIX.get(home, home)
    if len(home) != 2 or not _modules(home) or _holds(home, number):
        return ""
    bare = number.removeprefix(_MARKED.get(home, home))
    return "" if bare != number and _holds(home, bare) else home


def _holds(country: str, number: str) -> bool:
    return any(module.is_valid(number) for module in _modules(country))


@lru_cache(maxsize=256)
def _modules(country: str) -> tuple[ModuleType, ...]:
    """Return what python-stdnum knows of a country: none unless it knows its tax number."""
    if get_cc_module(country.lower(), "vat") is None:
        return ()
    found = (get_cc_module(country.lower(), name) for name in _NATIONAL)
    return tuple(one for one in found if one is not None)
