"""Who the companies trade with, and what they trade."""

from decimal import Decimal
from random import Random

from agent_service.sample import chart
from agent_service.sample.documents import Company, Partner, Product
from agent_service.sample.numbers import bank_number

TZ = "America/New_York"

_CUSTOMERS = (
    ("Harbor Light Hotels", "US"),
    ("Bluebird Bakeries", "US"),
    ("Cascade Outfitters", "US"),
    ("Riverside Clinics", "US"),
    ("Oak & Iron Furniture", "US"),
    ("Summit Schools Trust", "US"),
    ("Golden Gate Cafes", "US"),
    ("Prairie Home Stores", "US"),
    ("Lakeview Property Group", "US"),
    ("Maple Street Grocers", "US"),
    ("Pioneer Sports", "US"),
    ("Delta Print Works", "US"),
    ("Sunrise Garden Centers", "US"),
    ("Copper Kettle Inns", "US"),
    ("Hanse Kontor GmbH", "DE"),
    ("Rheinland Hotels GmbH", "DE"),
    ("Van Dijk Winkels BV", "NL"),
    ("Tulpen Handel BV", "NL"),
    ("Thames Valley Traders Ltd", "GB"),
    ("Pennine Stores Ltd", "GB"),
    ("Clyde Supplies Ltd", "GB"),
)
_VENDORS = (
    ("Acorn Paper Mills", "US"),
    ("Beacon Lighting Supply", "US"),
    ("Carolina Textiles", "US"),
    ("Dover Hardware", "US"),
    ("Evergreen Packaging", "US"),
    ("Foxglove Ceramics", "US"),
    ("Granite State Tools", "US"),
    ("Hudson Glass", "US"),
    ("Isar Metallwaren GmbH", "DE"),
    ("Jansen Meubelen BV", "NL"),
    ("Kestrel Looms Ltd", "GB"),
)
_OTHERS = (
    ("landlord", "Wharf Street Properties", "vendor"),
    ("power", "Tri-County Electric", "vendor"),
    ("telecom", "Clearline Telecom", "vendor"),
    ("courier", "Fleetfoot Couriers", "vendor"),
    ("cleaner", "Crystal Clean Services", "vendor"),
    ("cloud", "Cloudsuite Inc", "vendor"),
    ("crm", "Pipeline CRM", "vendor"),
    ("insurer", "Atlantic Mutual Insurance", "vendor"),
    ("auditor", "Beech & Partners CPA", "vendor"),
    ("office", "Paperclip Office Depot", "vendor"),
    ("tax_office", "State Revenue Department", "authority"),
    ("lender", "First Harbor Bank", "bank"),
    ("processor", "Swiftpay Card Processing", "processor"),
    ("printer", "Inkwell Print & Copy", "vendor"),
    ("carrier", "Longhaul Freight Lines", "vendor"),
    ("former", "Receipts of the former system", "other"),
)
_SERVICES_SIDE = (
    ("svc_landlord", "Keizersgracht Vastgoed BV", "vendor"),
    ("svc_client_a", "Amstel Logistiek BV", "customer"),
    ("svc_client_b", "Kanaal Retail BV", "customer"),
    ("svc_client_c", "Utrecht Zorg BV", "customer"),
)
_GOODS = (
    ("Desk lamp", "18.40", "34.90"),
    ("Table runner", "9.25", "19.50"),
    ("Storage crate", "12.60", "24.00"),
    ("Ceramic vase", "14.75", "29.90"),
    ("Wool throw", "27.30", "54.00"),
    ("Wall clock", "16.20", "32.50"),
    ("Tool set", "31.80", "62.00"),
    ("Glass carafe", "8.90", "17.80"),
    ("Notebook pack", "6.45", "13.20"),
    ("Folding chair", "24.50", "47.50"),
    ("Door mat", "11.15", "22.40"),
    ("Picture frame", "7.70", "15.60"),
)
CURRENCY = {"US": "USD", "DE": "EUR", "NL": "EUR", "GB": "GBP"}


def companies() -> list[Company]:
    """Return the main company and its sister.

    The sister's country is left at the United States: a European one makes Odoo install localisations.
    """
    return [
        Company("trading", "Northwind Trading", "USD", "US", TZ, "company_trading"),
        Company("services", "Northwind Services", "EUR", "US", "Europe/Amsterdam", "company_services"),
    ]


def partners(seed: int) -> list[Partner]:
    """Return all partners; the books know the bank accounts of most, not of all."""
    rng = Random(f"{seed}:partners")
    made: list[Partner] = []

    def add(key: str, name: str, ref: str, kind: str, country: str) -> None:
        made.append(
            Partner(
                key,
                name,
                ref,
                kind,
                CURRENCY[country],
                country,
                bank_number(rng, country),
                account_known=kind == "vendor" or rng.randrange(100) < 60,
                terms_days=rng.choice((14, 30, 30)) if kind in ("customer", "vendor") else 0,
            )
        )

    for number, (name, country) in enumerate(_CUSTOMERS, start=1):
        add(f"cust{number:02d}", name, f"C{1000 + number}", "customer", country)
    for number, (name, country) in enumerate(_VENDORS, start=1):
        add(f"vend{number:02d}", name, f"V{2000 + number}", "vendor", country)
    for number, (key, name, kind) in enumerate(_OTHERS, start=1):
        add(key, name, f"S{3000 + number}", kind, "US")
    for number, (key, name, kind) in enumerate(_SERVICES_SIDE, start=1):
        add(key, name, f"N{4000 + number}", kind, "NL")
    made.append(Partner("company_trading", "Northwind Trading", "G1", "group", "USD", "US"))
    made.append(Partner("company_services", "Northwind Services", "G2", "group", "EUR", "NL"))
    return made


def products() -> list[Product]:
    """Return what is bought and sold; packaging is billed on ordered quantities."""
    goods = [
        Product(
            f"prod{n:02d}",
            f"NW-{100 + n}",
            name,
            "goods",
            Decimal(cost),
            Decimal(price),
            chart.GOODS_COST,
            chart.SALES,
        )
        for n, (name, cost, price) in enumerate(_GOODS, start=1)
    ]
    return [
        *goods,
        Product(
            "pack01",
            "PK-201",
            "Shipping carton",
            "goods",
            Decimal("1.20"),
            Decimal("2.00"),
            chart.PACKAGING,
            chart.SALES,
            purchase_method="purchase",
        ),
        Product(
            "pack02",
            "PK-202",
            "Padded crate",
            "goods",
            Decimal("12.00"),
            Decimal("20.00"),
            chart.PACKAGING,
            chart.SALES,
            purchase_method="purchase",
        ),
        Product(
            "proj01",
            "PJ-301",
            "Shop shelving, unit",
            "goods",
            Decimal("24.50"),
            Decimal("40.00"),
            chart.PROJECT,
            chart.SALES,
        ),
    ]
