"""Customers and vendors, and what becomes of their names on the way through banks."""

import unicodedata
from dataclasses import dataclass, field
from random import Random

from benchmarks.statements.words import COUNTRIES, FIRST_NAMES, LAST_NAMES, Country


@dataclass
class Party:
    """A partner of the books; `accounts` are what it pays from, `known` those of them that the books have."""

    id: int
    name: str
    core: str
    country: Country
    accounts: tuple[str, ...]
    known: tuple[str, ...]
    vendor: bool
    prices: set[int] = field(default_factory=set)


def make_party(rng: Random, number: int, used: set[str], *, vendor: bool = False) -> Party:
    """Return a new partner whose name nobody else has."""
    while True:
        country = rng.choice(COUNTRIES)
        head = rng.choice(country.heads.split()).replace("_", " ")
        if rng.random() < 0.35:
            other = rng.choice(country.heads.split()).replace("_", " ")
            joined = f"{head} {other}" if rng.random() < 0.4 else f"{head} & {other}"
            head = joined if other != head else head
        trade = rng.choice(country.trades.split()).replace("_", " ")
        core = f"{trade} {head}" if country.before else f"{head} {trade}"
        if rng.random() < 0.06:
            core = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        if core not in used:
            break
        if len(used) > 2000 or rng.random() < 0.3:
            core = f"{core} {rng.choice(LAST_NAMES)}"
            if core not in used:
                break
    used.add(core)
    form = rng.choice(country.forms.split("|")).replace("_", " ")
    accounts = tuple(account(rng, country) for _ in range(1 if rng.random() < 0.85 else 2))
    known = accounts[: 1 if rng.random() < 0.55 else 0]
    return Party(number, f"{core} {form}", core, country, accounts, known, vendor)


def account(rng: Random, country: Country) -> str:
    """Return an account number of the country's shape, an IBAN with its check digits where it has one."""
    if not country.iban:
        return "".join(rng.choice("0123456789") for _ in range(rng.choice((9, 10, 12))))
    letters = (
        "".join(rng.choice("ABCDEFGHKLMNPRST") for _ in range(4)) if country.code in ("GB", "NL") else ""
    )
    rest = letters + "".join(rng.choice("0123456789") for _ in range(country.iban - 4 - len(letters)))
    digits = "".join(str(int(one, 36)) for one in rest + country.code + "00")
    return f"{country.code}{98 - int(digits) % 97:02d}{rest}"


def plain(text: str) -> str:
    """Return text in the letters that old interfaces carry: ü becomes UE, é becomes E."""
    for letter, pair in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
        ("Ä", "AE"),
        ("Ö", "OE"),
        ("Ü", "UE"),
    ):
        text = text.replace(letter, pair)
    text = text.replace("ł", "l").replace("Ł", "L").replace("ø", "o")
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def as_bank_writes(rng: Random, party: Party) -> str:
    """Return the payer's name as a bank hands it on: its case, letters, form and length vary."""
    name = party.name if rng.random() < 0.7 else party.core
    if rng.random() < 0.1:
        name = name.replace(" & ", " AND ") if party.country.code in ("US", "GB", "IN") else name
    if rng.random() < 0.6:
        name = plain(name)
    if rng.random() < 0.55:
        name = name.upper()
    if rng.random() < 0.12:
        words = name.split()
        if len(words) > 2 and "&" not in words:
            name = " ".join(words[1:] + words[:1])
    if rng.random() < 0.1:
        name = name[: rng.choice((18, 22, 27))].rstrip()
    if rng.random() < 0.05:
        name = misspelt(rng, name)
    return name


def misspelt(rng: Random, name: str) -> str:
    """Return a name with one letter lost, doubled or swapped."""
    places = [at for at, one in enumerate(name) if one.isalpha() and at > 1]
    if len(places) < 5:
        return name
    at = rng.choice(places[:-1])
    how = rng.randrange(3)
    if how == 0:
        return name[:at] + name[at + 1 :]
    if how == 1:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
