"""Lines without an item: charges, interest, wages, taxes, own transfers, lines and items that cancel."""

from datetime import timedelta

from . import numbers, places

FEES = [
    "MONTHLY SERVICE CHARGE",
    "ACCOUNT ANALYSIS FEE",
    "Kontoführungsentgelt",
    "ENTGELTABSCHLUSS Q1",
    "FRAIS DE TENUE DE COMPTE",
    "WIRE TRANSFER FEE",
    "COMMISSION DE MOUVEMENT",
    "Comisión de mantenimiento",
    "Spese tenuta conto",
    "Bankkosten betalingsverkeer",
    "BACS TRANSACTION CHARGES",
    "NSF RETURNED ITEM FEE",
    "Bankavgift",
    "Opłata za prowadzenie rachunku",
    "TARIFA MANUTENCAO CONTA",
    "INCOMING WIRE FEE",
    "Buchungspostengebühr",
    "LOCKBOX MAINTENANCE FEE",
    "MERCHANT SERVICE CHARGE FEB",
    "OVERDRAFT ARRANGEMENT FEE",
    "cotisation carte business",
    "COMMITMENT FEE RCF",
    "Entgelt Echtzeitüberweisung",
    "FOREIGN TRANSACTION FEE",
    "Kosten zakelijk pakket",
    "Periodieke bijdrage zakelijke rekening",
    "PROVISION AUSLANDSZAHLUNG",
    "Gebyr erhvervskonto",
    "PALVELUMAKSUT",
    "COMISSAO MANUTENCAO",
    "CASH MANAGEMENT FEE",
    "Stop payment fee",
    "HESAP ISLETIM UCRETI",
    "CHEQUE BOOK CHARGE",
    "Kontogebyr",
    "COBRO COMISION SPEI",
    "Frais de gestion",
    "REMOTE DEPOSIT CAPTURE FEE",
    "Grundpreis Geschäftskonto",
    "Canone mensile conto",
    "SEPA-Lastschrift Rückgabeentgelt",
    "DOMESTIC WIRE SERVICE CHG",
    "Maandtarief betaalpakket",
    "KORTAVGIFT FÖRETAG",
    "Cargo por servicios bancarios",
    "ACH ORIGINATION CHARGE",
    "Opłata przelew natychmiastowy",
    "spese bonifico estero",
]
INTEREST_IN = [
    "INTEREST CREDIT",
    "INTEREST PAID YTD",
    "Habenzinsen",
    "intérêts créditeurs",
    "Interessi attivi",
    "Creditrente",
    "abono de intereses",
    "Ränta",
    "GROSS INTEREST TO 31MAR",
    "SWEEP ACCOUNT INTEREST",
    "Korkohyvitys",
    "Rentetilskrivning",
    "JUROS CREDORES",
    "Guthabenzinsen",
    "CREDIT INT. CAPITALISED",
    "MONEY MARKET INT PD",
    "Zinsgutschrift Festgeld",
]
INTEREST_OUT = [
    "DEBIT INTEREST",
    "Sollzinsen",
    "agios / intérêts débiteurs",
    "Interessi passivi",
    "OVERDRAFT INTEREST",
    "Debetrente",
    "LOAN INTEREST CHARGED",
    "Zinsabrechnung Kontokorrent",
    "Rente kassekredit",
    "JUROS DEVEDORES",
    "Überziehungszinsen",
    "CHARGED INTEREST LINE OF CREDIT",
    "INT CHG REVOLVER",
    "Kontokorrentzinsen Quartal",
]
PAYROLL = [
    "ADP WAGE PAY 7782 TX",
    "GUSTO NET PAY",
    "PAYCHEX EIB PAYROLL",
    "LOHN / GEHALT {m:02d}/{y}",
    "VIREMENT SALAIRES {m:02d}/{y}",
    "BACS PAYROLL RUN {m:02d}",
    "NOMINA {m:02d}-{y}",
    "Salarissen periode {m}",
    "STIPENDI {m:02d}/{y}",
    "Löneutbetalning",
    "DIRECT DEP PAYROLL",
    "SALARY BATCH {m:02d}{y}",
    "FOLHA PAGAMENTO {m:02d}",
    "Wynagrodzenia {m:02d}/{y}",
    "SALARIES AND WAGES",
    "Gehaltszahlung Sammelauftrag",
    "Lønoverførsel {m:02d}",
    "PALKAT {m:02d}/{y}",
    "CERIDIAN PAYROLL",
    "PAGAMENTO SALARIOS {m:02d}",
    "Verloning {m:02d}-{y}",
    "TRINET NETPAY",
    "MAAS ODEMESI {m:02d}",
    "Wages wk {m:02d}",
    "RIPPLING PAYROLL",
    "Entgeltzahlung Mitarbeiter {m:02d}/{y}",
    "Löner {m:02d}",
    "VIRT SALAIRE PERSONNEL",
    "Lön utbetalning {m}",
]
TAX = [
    "IRS USATAXPYMT EFTPS {n}",
    "FINANZAMT BREMEN UST-VA {m:02d}/{y} STNR {n}",
    "HMRC VAT {n}",
    "DGFIP PRLV TVA {m:02d}{y}",
    "URSSAF COTISATIONS {n}",
    "BELASTINGDIENST BTW {n}",
    "F24 DELEGA UNICA {n}",
    "AEAT MODELO 303 {n}",
    "SKATTEVERKET {n}",
    "ZUS SKLADKI {n}",
    "NYS DTF SALES TAX {n}",
    "CA EDD PAYROLL TAX {n}",
    "ATO BAS PAYMENT {n}",
    "HMRC CUMBERNAULD PAYE {n}",
    "TGSS SEGURIDAD SOCIAL {n}",
    "Lohnsteuer {m:02d}/{y} FA HAMBURG",
    "GST CBIC CHALLAN {n}",
    "COMPTROLLER TEXAS WEBFILE TAX {n}",
    "CORPORATION TAX HMRC {n}",
    "DARF RECEITA FEDERAL {n}",
    "ESTV MWST {n}",
    "SKAT MOMS {n}",
    "VEROHALLINTO {n}",
    "FOD FINANCIEN BTW {n}",
    "AT IVA {n}",
    "CRA GST/HST {n}",
    "IRAS GST {n}",
    "SAT PAGO REFERENCIADO {n}",
    "RSZ ONSS {n}",
    "STADTKASSE GEWERBESTEUER {n}",
    "FRANCHISE TAX BD {n}",
    "OKONOMISTYRELSEN A-SKAT {n}",
    "VERGI DAIRESI KDV {n}",
    "USATAXPYMT IRS {n}",
    "Bundeskasse Trier {n}",
    "HMRC NDDS {n}",
    "IMPOTS SOCIETES DGFIP {n}",
    "Pagamento imposte F24 {n}",
    "Rozliczenie PIT US {n}",
    "MA DOR {n}",
    "Umsatzsteuer Voranmeldung {n}",
]


def bare(world, kind, count):
    """Charges, interest, wages and taxes."""
    rng = world.rng
    for _ in range(count):
        day = world.day()
        into = kind == "interest" and rng.random() < 0.5
        words = {
            "bank_fee": FEES,
            "payroll": PAYROLL,
            "tax": TAX,
            "interest": INTEREST_IN if into else INTEREST_OUT,
        }[kind]
        text = rng.choice(words).format(m=day.month, y=day.year, n=rng.randint(10**7, 10**10))
        if rng.random() < 0.2:
            text = f"{text} {rng.randint(1000, 999999)}"
        if rng.random() < 0.15:
            text = text.upper().translate(places.FOLD)
        size = {
            "bank_fee": rng.randint(150, 9000),
            "payroll": rng.randint(150000, 9000000),
            "tax": rng.randint(20000, 4000000),
            "interest": rng.randint(40, 90000),
        }[kind]
        line = world.line(
            day, size if into else -size, text, journal=rng.choice(["BNK1", "BNK1", "OPS2", "FXA"])
        )
        world.says(kind.replace("_", " "), [line], [], kind)
    if kind == "tax":
        for _ in range(count // 10):
            day = world.day()
            text = rng.choice(
                [
                    "IRS TREAS 310 TAX REF",
                    "FINANZAMT ERSTATTUNG UST",
                    "HMRC VAT REPAYMENT",
                    "REMBOURSEMENT CREDIT TVA DGFIP",
                ]
            )
            world.says("tax refunded", [world.line(day, world.odd(), text)], [], "tax")


def transfers(world, count):
    """Money moved between two own journals: two lines, one event; every third pair changes currency."""
    rng = world.rng
    for number in range(count):
        day, minor = world.day(0, 86), world.odd() * 3
        late = day + timedelta(days=rng.choice([0, 0, 1, 2]))
        source, target = ("BNK1", "OPS2") if rng.random() < 0.5 else ("OPS2", "BNK1")
        got = minor
        if number % 3 == 0:
            source, target = rng.choice([("BNK1", "FXA"), ("OPS2", "FXA")])
            got = int(world.foreign(minor, world.second, day) * (10000 - rng.choice([0, 0, 10, 30])) // 10000)
        words = rng.choice(
            [
                ("TRANSFER TO {0}", "TRANSFER FROM {0}"),
                ("Umbuchung an {0}", "Umbuchung von {0}"),
                ("Virement interne vers {0}", "Virement interne {0}"),
                ("BOOK TRANSFER DEBIT {0}", "BOOK TRANSFER CREDIT {0}"),
                ("Eigen rekening {0}", "Eigen rekening {0}"),
                ("INTERNAL TRF {1}", "INTERNAL TRF {1}"),
                ("{1} Kontoübertrag", "{1} Kontoübertrag"),
                ("ONLINE XFER TO ACCT {2}", "ONLINE XFER FROM ACCT {2}"),
            ]
        )
        out = words[0].format(self_account(world, target), world.own_name, self_account(world, target)[-4:])
        back = words[1].format(self_account(world, source), world.own_name, self_account(world, source)[-4:])
        known = rng.random() < 0.5
        first = world.line(
            day,
            -minor,
            out,
            journal=source,
            account=self_account(world, target) if known else "",
            name=world.own_name if rng.random() < 0.4 else "",
        )
        second = world.line(
            late, got, back, journal=target, account=self_account(world, source) if known else ""
        )
        world.says(
            "internal transfer, two currencies" if number % 3 == 0 else "internal transfer",
            [first, second],
            [],
            "internal_transfer",
        )
    for _ in range(max(1, count // 6)):
        text = rng.choice(
            [
                "TRANSFER TO OWN SAVINGS ACCOUNT",
                "Umbuchung eigenes Konto Tagesgeld",
                "VIREMENT COMPTE A COMPTE INTERNE",
                "SWEEP TO MONEY MARKET OWN ACCT",
            ]
        )
        world.says(
            "internal transfer, one leg seen",
            [world.line(world.day(), -world.odd(), text)],
            [],
            "internal_transfer",
        )


def self_account(world, journal):
    """Return the account number of one of our journals."""
    return world.journals[journal][1]


def cancelling(world, count):
    """A line and its reversal; an outstanding payment and its void."""
    rng = world.rng
    for _ in range(count):
        partner, day, minor = world.partner(), world.day(0, 80), world.odd()
        sign = rng.choice([1, -1])
        number = str(rng.randint(10**6, 10**8))
        words = rng.choice(
            [
                ("PAYMENT {n}", "RETURNED PAYMENT {n}"),
                ("Lastschrift {n}", "Rücklastschrift {n}"),
                ("ACH DEBIT {n}", "ACH RETURN R01 {n}"),
                ("PRLV {n}", "REJET PRLV {n}"),
                ("TRANSFER {n}", "REVERSAL OF TRANSFER {n}"),
                ("Überweisung {n}", "STORNO Überweisung {n}"),
                ("CHECK {n}", "RETURNED CHECK {n}"),
                ("Betaling {n}", "STORNERING {n}"),
            ]
        )
        name = places.spoken(rng, partner)
        first = world.line(day, sign * minor, f"{words[0].format(n=number)} {name}", journal="BNK1")
        second = world.line(
            day + timedelta(days=rng.randint(0, 6)),
            -sign * minor,
            f"{words[1].format(n=number)} {name}",
            journal="BNK1",
        )
        world.says("lines that cancel", [first, second], [], "offset")
    for _ in range(count):
        partner, day, minor = world.partner(), world.day(), world.odd()
        world.pay_counter += 1
        move = f"PBNK1/{world.year}/{world.pay_counter:05d}"
        ref = rng.choice(numbers.FOREIGN)(rng, world.year)
        sign = rng.choice([1, -1])
        first = world.item(partner, day, sign * minor, sell=False, kind="outstanding", move=move, ref=ref)
        second = world.item(
            partner,
            day + timedelta(days=rng.randint(0, 9)),
            -sign * minor,
            sell=False,
            kind="outstanding",
            move=f"{move}-R",
            ref=rng.choice([f"Reversal of: {move}", f"VOID {move}", f"Storno {move}"]),
        )
        world.says("items that cancel", [], [first, second], "offset")
