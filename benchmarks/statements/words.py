"""Names and forms by country, from which parties are made."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """What a country's companies are called, and how its banks write."""

    code: str
    heads: str
    trades: str
    forms: str
    banks: tuple[str, ...]
    iban: int = 0
    before: bool = False
    """The trade stands before the name ("Boulangerie Martin")."""


COUNTRIES = (
    Country(
        "US",
        "Harlan Whitmore Cedar_Falls Blue_Mesa Quillan Tamarack Ironwood Pine_Hollow Sutter Larkspur Delmont "
        "Redstone Bayview Cascade Prairie Northgate Summit_Ridge Kingsley Oakhurst "
        "Vanderholt Ashford Merrick",
        "Supply Logistics Medical_Group Dental Fabrication Plumbing Foods Software "
        "Hardware Freight Consulting "
        "Electric Realty Partners Manufacturing Outfitters Labs Printing Roofing Dairy",
        "Inc|LLC|Corp|Co|Inc.|L.L.C.|Corporation",
        ("ach", "ach_long", "wire", "plain_us", "check"),
    ),
    Country(
        "GB",
        "Hathersage Pemberton Thornbury Wexcombe Ludlow Ainsworth Bramley Cotswold "
        "Dunmore Eversley Fairholme "
        "Grimsby Holloway Isleworth Kettering Marlow Oakham Penrith",
        "Timber Joinery Catering Interiors Engineering Motors Textiles Brewery Ceramics "
        "Lettings Optics Marine "
        "Packaging Flooring Bakery",
        "Ltd|Limited|LLP|PLC",
        ("fps", "fps", "bacs", "swift"),
        22,
    ),
    Country(
        "DE",
        "Müller Schröder Brückner Hoffmann Weiß Köhler Jäger Zimmermann Böttcher "
        "Lindemann Reinhardt Vogelsang "
        "Süßmann Grünewald Kästner Altmeier",
        "Maschinenbau Werkzeuge Elektrotechnik Bürobedarf Logistik Großhandel Metallbau "
        "Heizungsbau Spedition "
        "Verlag Druckerei Gartenbau",
        "GmbH|AG|KG|GmbH_&_Co._KG|OHG|UG_(haftungsbeschränkt)|e.K.",
        ("camt", "mt940_de", "mt940_de", "camt_eref"),
        22,
    ),
    Country(
        "FR",
        "Lefèvre Moreau Dubois Garnier Chevalier Bérenger Rousselin Fontaine Guérin "
        "Lacroix Perrault Marchand",
        "Boulangerie Menuiserie Transports Imprimerie Garage Ateliers Pharmacie Établissements Librairie",
        "SARL|SAS|SA|EURL|SASU",
        ("camt", "fr_vir", "fr_vir"),
        27,
        True,
    ),
    Country(
        "NL",
        "Van_der_Meer Jansen De_Vries Bakker Hoekstra Dijkstra Kuipers Ten_Brink Vermeulen Zandstra Postma",
        "Bouw Techniek Bloemen Transport Kantoorartikelen Zuivel Schilders Installatie Keukens",
        "B.V.|BV|N.V.|VOF",
        ("nl_trtp", "nl_trtp", "camt"),
        18,
    ),
    Country(
        "BE",
        "Peeters Claes Wouters Lambert Dumont Vandenberghe Leclercq Mertens Goossens",
        "Brouwerij Houthandel Drukkerij Carrosserie Chocolatier Voeding",
        "BV|NV|SRL|SA",
        ("camt", "be_ogm"),
        16,
    ),
    Country(
        "IT",
        "Rossi Bianchi Ferrari Colombo Ricci Marchetti Galli Lombardi Santoro De_Luca",
        "Officine Ceramiche Trasporti Pasticceria Arredamenti Tessuti Cantine Meccanica",
        "S.r.l.|S.p.A.|SRL|S.n.c.",
        ("camt", "it_bon"),
        27,
        True,
    ),
    Country(
        "ES",
        "Hernández Núñez Ibáñez Ortega Castaño Peña Gutiérrez Belmonte Zorrilla",
        "Construcciones Talleres Suministros Bodegas Conservas Muebles Gestoría",
        "S.L.|S.A.|SL|S.L.U.",
        ("camt", "es_transf"),
        24,
        True,
    ),
    Country(
        "SE",
        "Lindqvist Åkerström Söderberg Bergström Nyholm Öberg Hallgren Sjögren",
        "Bygg Snickeri El Måleri Plåt Åkeri Konsult Trädgård",
        "AB|HB|Aktiebolag",
        ("se_bg", "camt"),
        24,
    ),
    Country(
        "CH",
        "Baumgartner Aeschbacher Zürcher Brunner Rüegg Stalder Imhof",
        "Treuhand Uhren Metall Sanitär Käserei Feinmechanik",
        "AG|GmbH|SA|Sàrl",
        ("ch_qr", "camt"),
        21,
    ),
    Country(
        "PL",
        "Kowalski Wiśniewski Wójcik Zieliński Szymański Dąbrowski Łukasik",
        "Hurtownia Transport Meble Stolarnia Okna Drukarnia",
        "Sp._z_o.o.|S.A.|sp.j.",
        ("camt", "pl_przelew"),
        28,
    ),
    Country(
        "IN",
        "Sharma Patel Iyer Krishnan Deshmukh Banerjee Reddy Mehta Kapoor",
        "Textiles Exports Polymers Traders Infotech Pharma Castings Spices",
        "Pvt_Ltd|Private_Limited|LLP|Ltd",
        ("in_neft", "swift"),
    ),
    Country(
        "JP",
        "Tanaka Shimizu Yamamoto Kobayashi Hayashi Nakagawa",
        "Denki Shoji Seiki Kogyo Bussan",
        "K.K.|Co.,_Ltd.|KK",
        ("swift",),
    ),
    Country(
        "AE",
        "النور الخليج الواحة الفجر المدينة الصقر",
        "للتجارة للمقاولات للشحن للأغذية",
        "ذ.م.م|FZE|LLC",
        ("swift",),
        23,
    ),
    Country(
        "BR",
        "Silva Oliveira Cardoso Teixeira Araújo Conceição Guimarães",
        "Comércio Indústria Transportes Alimentos Móveis",
        "Ltda|S/A|ME|EIRELI",
        ("br_pix", "swift"),
    ),
)

FIRST_NAMES = (
    "Anna", "Marek", "Joanna", "Thomas", "Priya", "Luis", "Sofia", "Erik", "Hannah", "Pieter", "Camille",
    "Giulia", "Yusuf", "Grace",
)  # fmt: skip
LAST_NAMES = (
    "Berg", "Novak", "Silva", "Keller", "Lindgren", "Costa", "Meyer", "Young", "Bauer", "Fischer", "Laurent",
    "Conti", "Ozdemir", "Hale",
)  # fmt: skip

OWN_NAMES = (
    "Meridian Instruments", "Copperleaf Trading", "Alder & Finch", "Bluewater Components",
    "Stonebridge Supply", "Halcyon Devices", "Kestrel Industries", "Oriole Wholesale",
)  # fmt: skip
