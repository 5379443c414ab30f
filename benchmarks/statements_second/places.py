"""Who pays and is paid: business names by country, their legal forms, account numbers, name variants."""

import string

STEMS = {
    "DE": [
        "Nordheim",
        "Bergwald",
        "Sturmhof",
        "Kesselring",
        "Lindau",
        "Traunstein",
        "Ahrensburg",
        "Fichtel",
        "Oderbruch",
        "Rabenau",
        "Weserland",
        "Hoyer",
        "Quandtmeier",
        "Schliff",
        "Zahnrad",
        "Pfauenau",
        "Grünwedel",
        "Möllner",
        "Bäckereibedarf",
    ],
    "FR": [
        "Beaulieu",
        "Garonne",
        "Vercors",
        "Lacaze",
        "Fontenay",
        "Cévennes",
        "Aubépine",
        "Mistral",
        "Rivesaltes",
        "Tournesol",
        "Écluse",
    ],
    "NL": [
        "Waterman",
        "Polderzicht",
        "Kromhout",
        "Zeelandia",
        "Veenstra",
        "Hoekzema",
        "Duinrand",
        "Grachten",
        "Molenaar",
    ],
    "GB": [
        "Ashcombe",
        "Brackley",
        "Penrith",
        "Thornbury",
        "Wexcombe",
        "Fairleigh",
        "Dunmore",
        "Kestrel",
        "Harrowgate",
        "Millbrook",
    ],
    "US": [
        "Cedar-Ridge",
        "Bluewater",
        "Prairie",
        "Ironwood",
        "Lakeshore",
        "Redstone",
        "Summit",
        "Palmetto",
        "Granite",
        "Copperfield",
    ],
    "ES": [
        "Azahar",
        "Montseny",
        "Valdepinar",
        "Costaclara",
        "Almendros",
        "Guadiana",
        "Cantueso",
        "Peñalba",
        "Olivares",
    ],
    "IT": [
        "Brenta",
        "Montalcino",
        "Fiordaliso",
        "Colombera",
        "Adige",
        "Vulcania",
        "Sassuolo",
        "Ferrarini",
        "Ginepro",
    ],
    "SE": [
        "Vinterljus",
        "Skogstad",
        "Älvdalen",
        "Norrsken",
        "Björkvik",
        "Granholm",
        "Östhammar",
        "Fjällräven-Kross",
    ],
    "PL": ["Bursztyn", "Wisłok", "Karpacki", "Zielonka", "Mazurek", "Sokołów", "Dąbrowa", "Jantar"],
    "IN": ["Sarvodaya", "Kaveri", "Lakshya", "Meghdoot", "Udayan", "Trishul", "Saptagiri", "Navrang"],
    "BR": ["Ipê", "Cerrado", "Jacarandá", "Pantanal", "Araucária", "Seringal", "Itaúna"],
    "AU": ["Banksia", "Wattle-Creek", "Coolabah", "Yarrawonga", "Bilby", "Kookaburra"],
    "CH": ["Rigiblick", "Säntis", "Aaretal", "Jungfrau", "Limmat", "Engadin"],
    "BE": ["Scheldezicht", "Ardennois", "Haspengouw", "Meuse-Plage", "Kempenland", "Zoniën"],
    "FI": ["Koivuranta", "Järvinen", "Pohjola-Kaski", "Lumikko", "Tuulikoski", "Hämeenlinna"],
    "DK": ["Havnegård", "Skagerrak", "Vesterbølle", "Nørreskov", "Ærøbro", "Lillebælt"],
    "PT": ["Serrana", "Figueiral", "Açorina", "Douro-Sul", "Monsaraz", "Tejoalto"],
    "MX": ["Tepeyac", "Papaloapan", "Xochimilco", "Sierragorda", "Cuauhtli"],
    "CA": ["Maplewood", "Saguenay", "Fraser-Valley", "Algonquin", "Nootka"],
    "SG": ["Merbau", "Tanjong", "Kallang", "Bukit-Batok", "Serangoon"],
    "TR": ["Kızılırmak", "Boğaziçi", "Yıldız", "Çınar", "Toros"],
}
TRADES = {
    "DE": [
        "Maschinenbau",
        "Logistik",
        "Optik",
        "Handel",
        "Feinmechanik",
        "Elektrotechnik",
        "Baustoffe",
        "Verlag",
        "Papier",
        "Werkzeuge",
    ],
    "FR": [
        "Distribution",
        "Transports",
        "Matériaux",
        "Boulangerie",
        "Conseil",
        "Mécanique",
        "Vins",
        "Imprimerie",
    ],
    "NL": ["Techniek", "Groothandel", "Transport", "Bouw", "Bloemen", "Scheepvaart"],
    "GB": [
        "Engineering",
        "Supplies",
        "Joinery",
        "Foods",
        "Fabrications",
        "Consulting",
        "Packaging",
        "Textiles",
    ],
    "US": [
        "Manufacturing",
        "Industries",
        "Dental",
        "Plumbing",
        "Foods",
        "Analytics",
        "Freight",
        "Solar",
        "Packaging",
    ],
    "ES": ["Suministros", "Construcciones", "Alimentación", "Transportes", "Metales"],
    "IT": ["Meccanica", "Tessuti", "Ceramiche", "Alimentari", "Forniture"],
    "SE": ["Verkstad", "Möbler", "Trävaror", "Konsult", "Mekaniska"],
    "PL": ["Hurtownia", "Transport", "Budowa", "Meble", "Stal"],
    "IN": ["Textiles", "Pharma", "Infotech", "Exports", "Polymers"],
    "BR": ["Comércio", "Alimentos", "Tecidos", "Serviços"],
    "AU": ["Mining-Services", "Timber", "Plumbing", "Pastoral"],
    "CH": ["Präzision", "Uhren", "Apparate", "Treuhand"],
    "BE": ["Chocolaterie", "Textiel", "Metaal", "Brasserie"],
    "FI": ["Konepaja", "Puutuote", "Elintarvike", "Huolinta"],
    "DK": ["Møbler", "Fiskeri", "Byg", "Teknik"],
    "PT": ["Cortiças", "Têxteis", "Conservas", "Moldes"],
    "MX": ["Autopartes", "Aceros", "Alimentos"],
    "CA": ["Lumber", "Outfitters", "Potash", "Aerospace"],
    "SG": ["Marine", "Precision", "Trading"],
    "TR": ["Tekstil", "Makine", "Gıda"],
}
FORMS = {
    "DE": ["GmbH", "GmbH & Co. KG", "AG", "e.K.", "KG"],
    "FR": ["SARL", "SAS", "S.A.", "EURL"],
    "NL": ["B.V.", "BV", "N.V.", "VOF"],
    "GB": ["Ltd", "Limited", "PLC", "LLP"],
    "US": ["Inc.", "LLC", "Corp", "Co."],
    "ES": ["S.L.", "S.A.", "SLU"],
    "IT": ["S.r.l.", "S.p.A.", "SNC"],
    "SE": ["AB", "HB"],
    "PL": ["Sp. z o.o.", "S.A.", "Sp.j."],
    "IN": ["Pvt Ltd", "Private Limited", "LLP"],
    "BR": ["Ltda", "S/A", "ME"],
    "AU": ["Pty Ltd", "Pty. Limited"],
    "CH": ["AG", "GmbH", "Sàrl"],
    "BE": ["BV", "NV", "SRL"],
    "FI": ["Oy", "Oyj"],
    "DK": ["A/S", "ApS"],
    "PT": ["Lda", "S.A."],
    "MX": ["S.A. de C.V.", "S. de R.L."],
    "CA": ["Inc.", "Ltée", "Ltd."],
    "SG": ["Pte Ltd", "Pte. Ltd."],
    "TR": ["A.Ş.", "Ltd. Şti."],
}
CURRENCY = {
    "DE": "EUR",
    "FR": "EUR",
    "NL": "EUR",
    "GB": "GBP",
    "US": "USD",
    "ES": "EUR",
    "IT": "EUR",
    "SE": "SEK",
    "PL": "PLN",
    "IN": "INR",
    "BR": "BRL",
    "AU": "AUD",
    "CH": "CHF",
    "BE": "EUR",
    "FI": "EUR",
    "DK": "EUR",
    "PT": "EUR",
    "MX": "USD",
    "CA": "USD",
    "SG": "USD",
    "TR": "EUR",
}
FOLD = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "AE",
        "Ö": "OE",
        "Ü": "UE",
        "ß": "ss",
        "é": "e",
        "É": "E",
        "è": "e",
        "à": "a",
        "ñ": "n",
        "ó": "o",
        "á": "a",
        "ç": "c",
        "ł": "l",
        "ą": "a",
        "ę": "e",
        "ê": "e",
        "ú": "u",
        "í": "i",
        "Å": "A",
        "å": "a",
    }
)
LENGTHS = {
    "DE": 18,
    "FR": 23,
    "NL": 14,
    "GB": 18,
    "ES": 20,
    "IT": 23,
    "SE": 20,
    "PL": 24,
    "CH": 17,
    "BE": 12,
    "FI": 14,
    "DK": 14,
    "PT": 21,
    "TR": 22,
}


def account(rng, country):
    """Return an account number: an IBAN with valid check digits, or a plain number elsewhere."""
    if country not in LENGTHS:
        return "".join(rng.choice(string.digits) for _ in range(rng.choice([9, 10, 12])))
    body = "".join(rng.choice(string.digits) for _ in range(LENGTHS[country]))
    if country in ("NL", "GB"):
        body = (
            rng.choice(["INGB", "RABO", "ABNA"] if country == "NL" else ["BARC", "LOYD", "NWBK"]) + body[4:]
        )
    digits = "".join(str(int(char, 36)) for char in f"{body}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{body}"


def make_partner(rng, number, country=None, like=None):
    """Return a partner; `like` gives a sibling that shares its first word with another partner."""
    country = country or rng.choice(["DE"] * 3 + ["US"] * 6 + ["GB"] * 3 + ["FR", "NL"] * 2 + sorted(STEMS))
    stem = like["stem"] if like else rng.choice(STEMS[country])
    if like:
        country = like["country"]
    elif rng.random() < 0.55:
        stem = (
            f"{stem} {rng.choice(STEMS[country])}"
            if rng.random() < 0.5
            else f"{stem}{rng.choice(' -')}{rng.choice(STEMS[country])}"
        )
    trade, form = rng.choice(TRADES[country]), rng.choice(FORMS[country])
    return {
        "id": 1000 + number,
        "stem": stem,
        "country": country,
        "trade": trade,
        "form": form,
        "name": f"{stem} {trade} {form}",
        "account": account(rng, country),
        "known": rng.random() < 0.6,
        "currency": CURRENCY[country],
        "person": rng.random() < 0.03,
    }


def spoken(rng, partner, rough=True):
    """Return the name as a bank writes it: upper case, folded, without its form, cut, or as it is."""
    name = partner["name"]
    if not rough:
        return name
    roll = rng.random()
    if roll < 0.30:
        name = name.translate(FOLD).upper()
    elif roll < 0.45:
        name = f"{partner['stem']} {partner['trade']}"
    elif roll < 0.60:
        name = f"{partner['stem']} {partner['trade']}".translate(FOLD).upper()
    elif roll < 0.70:
        name = name.replace(".", "").replace("-", " ").upper()
    elif roll < 0.78:
        name = name.translate(FOLD).upper()[:27].strip()
    return name
