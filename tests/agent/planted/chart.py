"""The chart of accounts, journals and days of the planted ledger."""

from datetime import date
from zoneinfo import ZoneInfo

HOME, SISTER = 7, 9
HISTORY_START, START, END, TODAY = date(2024, 9, 2), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 5)
OSLO = ZoneInfo("Europe/Oslo")


USERS = ("ingrid", "petter", "solveig", "marit", "aksel")


ACCOUNTS = {
    "1200": ("Maskiner og anlegg", "asset_fixed"),
    "1209": ("Akkumulerte avskrivninger", "asset_fixed"),
    "1460": ("Varelager", "asset_current"),
    "1500": ("Kundefordringer", "asset_receivable"),
    "1700": ("Forskuddsbetalt kostnad", "asset_prepayments"),
    "1905": ("Kasse butikk", "asset_cash"),
    "1906": ("Kasse verksted", "asset_cash"),
    "1908": ("Mellomkonto bank", "asset_current"),
    "1909": ("Uavklarte bankposter", "asset_current"),
    "1920": ("Driftskonto", "asset_cash"),
    "1930": ("Sparekonto", "asset_cash"),
    "1931": ("Valutakonto", "asset_cash"),
    "1932": ("Depositum", "asset_cash"),
    "1941": ("Utbetalinger underveis", "asset_current"),
    "2050": ("Annen egenkapital", "equity"),
    "2060": ("Privatuttak", "equity"),
    "2220": ("Banklån", "liability_non_current"),
    "2400": ("Leverandørgjeld", "liability_payable"),
    "2600": ("Skattetrekk", "liability_current"),
    "2700": ("Utgående merverdiavgift", "liability_current"),
    "2710": ("Inngående merverdiavgift", "asset_current"),
    "2770": ("Arbeidsgiveravgift", "liability_current"),
    "2930": ("Skyldig lønn", "liability_current"),
    "2960": ("Avregning forsikringssaker", "liability_current"),
    "2990": ("Påløpt kostnad", "liability_current"),
    "2995": ("Garantiavsetning", "liability_current"),
    "3000": ("Salg av instrumenter", "income"),
    "3010": ("Serviceinntekter", "income"),
    "4300": ("Innkjøp av deler", "expense_direct_cost"),
    "5000": ("Lønn", "expense"),
    "5400": ("Arbeidsgiveravgift, kostnad", "expense"),
    "6000": ("Avskrivning", "expense_depreciation"),
    "6300": ("Leie av lokaler", "expense"),
    "6340": ("Strøm", "expense"),
    "6360": ("Renhold", "expense"),
    "6540": ("Inventar og småutstyr", "expense"),
    "6553": ("Programvare", "expense"),
    "6700": ("Revisjon", "expense"),
    "6790": ("Fremmede tjenester", "expense"),
    "6860": ("Møter og kurs", "expense"),
    "6900": ("Telefon og bredbånd", "expense"),
    "7140": ("Reisekostnader", "expense"),
    "7320": ("Annonser", "expense"),
    "7500": ("Forsikring", "expense"),
    "7770": ("Bankgebyr", "expense"),
    "8060": ("Valutagevinst", "income_other"),
    "8150": ("Rentekostnad", "expense"),
    "8160": ("Valutatap", "expense"),
}


ACCOUNT_ID = {code: 300 + 3 * place for place, code in enumerate(ACCOUNTS)}


MATCHED = ("1500", "2400", "1941")


JOURNALS = {
    "FAK": ("sale", "FAK/{y}/", 5),
    "INN": ("purchase", "INN/{y}/{m}/", 4),
    "DNB": ("bank", "DNB/{y}/", 5),
    "SPA": ("bank", "SPA/{y}/", 5),
    "VAK": ("bank", "VAK/{y}/", 5),
    "DEP": ("bank", "DEP/{y}/", 5),
    "KBU": ("cash", "KBU/{y}/", 4),
    "KVE": ("cash", "KVE/{y}/", 4),
    "DIV": ("general", "DIV/{y}/{m}/", 3),
    "VDI": ("general", "VDI/{y}/", 4),
    "AVS": ("general", "AVS/{y}/", 4),
    "SFAK": ("sale", "SFAK/{y}/", 4),
    "SINN": ("purchase", "SINN/{y}/", 4),
    "SDIV": ("general", "SDIV/{y}/", 4),
}


BANK = {"DNB": "1920", "SPA": "1930", "VAK": "1931", "DEP": "1932", "KBU": "1905", "KVE": "1906"}


RATES = {"I25": 25, "I15": 15, "I0": 0, "U25": 25, "U15": 15, "U0": 0}
