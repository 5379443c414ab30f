"""How banks dress a payment: label formats of many countries and systems, for money in and money out."""

# ruff: noqa: E501 (a bank's label is one line)

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def _n(rng, size):
    return "".join(str(rng.randint(0, 9)) for _ in range(size))


def _wrap(text, width, mark):
    return "".join(
        f"{mark}{20 + i}{text[i * width : (i + 1) * width]}" for i in range(min(10, -(-len(text) // width)))
    )


def mt940_de(r, name, remi, acct, day, into):
    code = ("166", "GUTSCHRIFT") if into else ("116", "SEPA-UEBERWEISUNG")
    return (
        f"{code[0]}?00{code[1]}?10{_n(r, 4)}{_wrap(f'EREF+NOTPROVIDED SVWZ+{remi}', 27, '?')}"
        f"?30COBADEFFXXX?31{acct}?32{name[:27]}" + (f"?33{name[27:54]}" if len(name) > 27 else "")
    )


def camt_de(r, name, remi, acct, day, into):
    return f"SVWZ+{remi} EREF+{_n(r, 12)} IBAN+{acct} BIC+DEUTDEFF ABWA+{name}"


def nl(r, name, remi, acct, day, into):
    return f"/TRTP/SEPA OVERBOEKING/IBAN/{acct}/BIC/INGBNL2A/NAME/{name}/REMI/{remi}/EREF/NOTPROVIDED"


def ing_nl(r, name, remi, acct, day, into):
    return f"Naam: {name} Omschrijving: {remi} IBAN: {acct} Kenmerk: {_n(r, 16)} Valutadatum: {day:%d-%m-%Y}"


def fr(r, name, remi, acct, day, into):
    return (
        f"VIR SEPA RECU /DE {name} /MOTIF {remi} /REF {_n(r, 10)}"
        if into
        else f"VIREMENT SEPA EMIS VERS {name} MOTIF {remi} REF {_n(r, 8)}"
    )


def fr_inst(r, name, remi, acct, day, into):
    return f"VIR INST {'DE' if into else 'POUR'} {name} {day:%d/%m} {remi}"


def es(r, name, remi, acct, day, into):
    return f"TRANSFERENCIA {'DE' if into else 'A FAVOR DE'} {name}, CONCEPTO {remi}"


def it(r, name, remi, acct, day, into):
    return (
        f"BONIFICO {'A VOSTRO FAVORE ORD.' if into else 'DISPOSTO BEN.'} {name} CAUSALE: {remi} "
        f"CRO {_n(r, 11)} DATA REG. {day:%d.%m.%y}"
    )


def fps(r, name, remi, acct, day, into):
    return f"{'FASTER PAYMENTS RECEIPT' if into else 'FPO'} REF.{remi[:18]} {'FROM' if into else 'TO'} {name}"


def bacs(r, name, remi, acct, day, into):
    return f"{name[:18]} {remi} {'BGC' if into else 'BP'}"


def ach(r, name, remi, acct, day, into):
    return (
        f"ORIG CO NAME:{name[:16].upper()} ORIG ID:{_n(r, 10)} DESC DATE:{day:%y%m%d} CO ENTRY DESCR:"
        f"{r.choice(['VENDOR PMT', 'PAYMENTS', 'AP PAYMENT', 'EDI PYMNTS'])} SEC:CCD TRACE#:{_n(r, 15)} EED:{day:%y%m%d} "
        f"IND ID:{_n(r, 7)} IND NAME:{'' if into else name[:22]} {remi}"
    )


def ctx(r, name, remi, acct, day, into):
    return f"ACH {'CREDIT' if into else 'DEBIT'} {name[:22].upper()} DES:EDI PYMNTS ID:{_n(r, 9)} CTX RMR*IV*{remi}**"


def fedwire(r, name, remi, acct, day, into):
    return (
        f"WIRE TYPE:{'WIRE IN' if into else 'WIRE OUT'} DATE:{day:%m%d%y} TIME:{r.randint(8, 17):02d}{r.randint(0, 59):02d} ET "
        f"TRN:{day:%Y%m%d}{_n(r, 8)} SEQ:{_n(r, 10)}/{_n(r, 6)} {'ORIG' if into else 'BNF'}:{name} ID:{acct} "
        f"SND BK:JPMORGAN CHASE BANK ID:021000021 PMT DET:{remi}"
    )


def swift(r, name, remi, acct, day, into):
    return (
        f"INWARD TT {_n(r, 9)} /ORD/{acct} {name} /REMI/{remi} /CHG/SHA"
        if into
        else f"OUTWARD TT {_n(r, 9)} /BNF/{name} /REMI/{remi}"
    )


def nordic(r, name, remi, acct, day, into):
    return f"{'Inbetalning' if into else 'Betalning'} bankgiro {_n(r, 3)}-{_n(r, 4)} {name} {remi}"


def pl(r, name, remi, acct, day, into):
    return f"PRZELEW {'PRZYCHODZĄCY' if into else 'WYCHODZĄCY'} {name} Tytuł: {remi} Rach: {acct}"


def cz(r, name, remi, acct, day, into):
    return f"Bezhotovostní {'příjem' if into else 'platba'} {name} Zpráva: {remi} KS:0308"


def neft(r, name, remi, acct, day, into):
    return f"NEFT {'CR' if into else 'DR'}-HDFC{_n(r, 7)}-{name}-{remi}-N{_n(r, 12)}"


def pix(r, name, remi, acct, day, into):
    return f"PIX {'RECEBIDO' if into else 'ENVIADO'} - {day:%d/%m} {name} {remi}"


def osko(r, name, remi, acct, day, into):
    return f"{'OSKO DEPOSIT' if into else 'OSKO PAYMENT'} {_n(r, 6)} {name} {remi}"


def bai2(r, name, remi, acct, day, into):
    return f"BAI {'195' if into else '495'} {'INCOMING' if into else 'OUTGOING'} MONEY TRANSFER {name.upper()} OBI={remi} REF={_n(r, 10)}"


def swiss(r, name, remi, acct, day, into):
    return f"{'Gutschrift' if into else 'Vergütung'} {name} {r.choice(['Mitteilungen:', 'Zahlungsgrund:'])} {remi}"


def coda_be(r, name, remi, acct, day, into):
    return f"{'Overschrijving van' if into else 'Overschrijving naar'} {acct} {name} MEDEDELING: {remi} BANKREFERENTIE: {_n(r, 16)} VALUTADATUM: {day:%d/%m/%Y}"


def viite_fi(r, name, remi, acct, day, into):
    return f"{'VIITESIIRTO' if into else 'TILISIIRTO'} {name} Viesti: {remi} Arkistointitunnus {_n(r, 18)}"


def dk(r, name, remi, acct, day, into):
    return f"{'Indbetaling' if into else 'Bgs'} {name} {remi} Meddelelse-nr {_n(r, 9)}"


def pt(r, name, remi, acct, day, into):
    return f"TRF {'CRED' if into else 'DEB'} SEPA+ {'DE' if into else 'P/'} {name} {remi}"


def spei(r, name, remi, acct, day, into):
    return f"SPEI {'RECIBIDO' if into else 'ENVIADO'} BANAMEX {_n(r, 7)} {day:%d%m%y} {remi} {name} CLAVE RASTREO {_n(r, 20)}"


def interac(r, name, remi, acct, day, into):
    return f"{'EFT CREDIT' if into else 'EFT DEBIT'} {_n(r, 4)} {name} MSP/DIV {remi}"


def giro_sg(r, name, remi, acct, day, into):
    return f"GIRO {'CR' if into else 'DR'} SUPP {name} OTHR {remi} {_n(r, 12)}"


def eft_tr(r, name, remi, acct, day, into):
    return f"{'GELEN' if into else 'GİDEN'} EFT-{_n(r, 7)} {name} Açıklama: {remi}"


def camt_code(r, name, remi, acct, day, into):
    code = "PMNT-RCDT-ESCT" if into else "PMNT-ICDT-ESCT"
    return f"{code}|{name}|{acct}|{remi}|NOTPROVIDED|{_n(r, 14)}"


def rtl(r, name, remi, acct, day, into):
    return r.choice([f"\u202bהעברה מאת {name} עבור {remi}\u202c", f"\u202bتحويل من {name} دفعة {remi}\u202c"])


def plain(r, name, remi, acct, day, into):
    return r.choice([f"{remi} {name}", f"{name} - {remi}", f"{remi}", f"{name} {remi}", f"{remi} / {name}"])


BY_COUNTRY = {
    "DE": [mt940_de, camt_de, camt_de],
    "NL": [nl, ing_nl],
    "FR": [fr, fr_inst],
    "ES": [es],
    "IT": [it],
    "GB": [fps, bacs],
    "US": [ach, ctx, fedwire, bai2],
    "SE": [nordic],
    "PL": [pl, cz],
    "IN": [neft],
    "BR": [pix],
    "AU": [osko],
    "CH": [swiss],
    "BE": [coda_be],
    "FI": [viite_fi],
    "DK": [dk],
    "PT": [pt, camt_code],
    "MX": [spei],
    "CA": [interac],
    "SG": [giro_sg],
    "TR": [eft_tr, rtl],
}


def label(rng, partner, name, remi, day, into, *, wire=False):
    """Return one label: the payer's bank or ours decides the dress; now and then cut at 140 characters."""
    roll = rng.random()
    maker = swift if wire else plain if roll < 0.15 else rng.choice(BY_COUNTRY[partner["country"]])
    if maker in (fps, bacs) and len(remi) > 18:
        maker = plain
    text = maker(rng, name, remi, partner["account"], day, into)
    if maker is plain and remi not in text:
        text = f"{text} {remi}"
    if rng.random() < 0.04:
        text = text.replace(" ", "  ", 3)
    return text if maker is not plain or len(text) <= 140 else text[:140]
