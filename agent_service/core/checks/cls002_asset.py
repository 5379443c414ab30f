"""CLS002 Expense that looks like an asset.

**What it does** Reports a purchase on an expense account that by its price and its words is an asset.

**Why it matters** Classification: cost of years stands in one month (IAS 16.7).

**Method** Base lines of vendor bills on `expense*` with a price a unit from `capitalise_from_amount` on,
and a word of
the policy's `asset_words` in the label, or a product that stood on a fixed-asset account before. Example:
"Laptop
for the office", one piece, 1,450.00, limit 800.00 → 1,450.00.

**False positives** Repair, rent, leasing, licences by the month, insurance; many pieces at a small price.

**Source** IAS 16.7; `account.account.account_type` asset_fixed."""

import re

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import (
    about_entry,
    account_names,
    in_period,
    on_accounts,
    posted_since,
    posted_where,
)
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.text import plain, unspaced

CODE = "CLS002"
TITLE = "Expense that looks like an asset"
SEVERITY = "medium"
WHY = "The cost of years stands in one month."
REMEDY = "Capitalise it and depreciate it over its life."
PARAMETERS = {"capitalise_from_amount": "0.1 M"}

ASSET_WORDS = (
    "laptop",
    "notebook",
    "computer",
    "server",
    "printer",
    "machine",
    "machinery",
    "vehicle",
    "car",
    "van",
    "truck",
    "forklift",
    "furniture",
    "desk",
    "excavator",
    "compressor",
    "generator",
    "lathe",
    "press",
    "robot",
    "oven",
    "maschine",
    "fahrzeug",
    "stapler",
    "drucker",
    "rechner",
    "moebel",
    "anlage",
    "machine outil",
    "vehicule",
    "camion",
)
_OTHER = (
    "repair",
    "rent",
    "rental",
    "lease",
    "leasing",
    "licence",
    "license",
    "subscription",
    "maintenance",
    "service",
    "insurance",
    "fuel",
    "wash",
    "hire",
    "spare",
    "part",
    "parts",
    "ink",
    "toner",
    "parking",
    "tax",
    "monthly",
    "month",
    "reparatur",
    "miete",
    "wartung",
    "lizenz",
    "versicherung",
    "ersatzteil",
    "ersatzteile",
    "location",
    "entretien",
)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each line; the amount is the line's."""
    least = policy.amount(policy.parameters(CODE, PARAMETERS), "capitalise_from_amount")
    words = _pattern(policy.words("asset_words", ASSET_WORDS))
    other = _pattern(_OTHER)
    assets = posted_where(books, on_accounts(books, "asset_fixed") & pl.col("product_id").is_not_null())[
        "product_id"
    ].unique()
    quantity = pl.col("quantity").cast(pl.Float64, strict=False).abs()
    lines = (
        posted_since(books, period.start)
        .filter(
            in_period(period),
            pl.col("move_type").is_in(["in_invoice", "in_receipt"]),
            pl.col("kind") == "product",
            pl.col("account_type").cast(pl.String).str.starts_with("expense").fill_null(value=False),
            ~exempt(CODE),
            pl.col("balance") / pl.when(quantity > 0).then(quantity).otherwise(1.0) >= least,
        )
        .with_columns(known=pl.col("product_id").is_in(assets.implode()).fill_null(value=False))
    )
    names = account_names(books)
    found = []
    for row in lines.sort("move_id", "id").iter_rows(named=True):
        label = plain(row["name"])
        if other.search(label) or not (row["known"] or words.search(label)):
            continue
        why = "its product was capitalised before" if row["known"] else "its label names an asset"
        found.append(
            about_entry(
                books,
                row["move_id"],
                "product" if row["known"] else "label",
                f"{{}}: “{row['name'] or 'a line'}” looks like an asset",
                f"{{}} has {books.show(row['balance'])} for “{row['name'] or 'no label'}” on "
                f"{names.get(row['account_id'])}; {why}.",
                amount=row["balance"],
                lines=(row["id"],),
                evidence={"label": row["name"] or "", "amount": books.company.currency.text(row["balance"])},
            )
        )
    return found


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    said = sorted({plain(one) for one in words if one})
    spaced = [re.escape(one) for one in said if not unspaced(one)]
    others = [re.escape(one) for one in said if unspaced(one)]
    return re.compile("|".join([rf"\b(?:{'|'.join(spaced) or '(?!)'})\b", *others]))
