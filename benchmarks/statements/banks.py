"""How banks hand a payment on: the same facts in the furniture of a dozen formats.

Each format gives label, partner name, account number and reference; what a format doesn't carry stays empty.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from benchmarks.statements.parties import Party, as_bank_writes, plain


@dataclass(frozen=True)
class Text:
    """What the bank hands on about a line."""

    label: str
    partner_name: str = ""
    account_number: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Payment:
    """What was paid, before a bank writes it down; `out` is money that leaves us."""

    party: Party
    remittance: str
    day: date
    out: bool = False
    own: str = ""


def write(rng: Random, payment: Payment, style: str | None = None) -> Text:
    """Return the payment in one of its bank's formats."""
    chosen = style or rng.choice(payment.party.country.banks)
    name = as_bank_writes(rng, payment.party)
    account = rng.choice(payment.party.accounts)
    made = _FORMATS[chosen](rng, payment, name, account)
    if rng.random() < 0.04:
        # formats that begin with their furniture lose the payment itself at 35 characters
        cut = rng.choice((35, 70, 140)) if chosen in ("camt", "plain_us", "bacs") else 140
        made = Text(made.label[:cut], *_rest(made))
    if rng.random() < 0.03:
        made = Text(f" {made.label}  ".replace(" ", rng.choice(("  ", "\t", "\u00a0"))), *_rest(made))
    return made


def _rest(made: Text) -> tuple[str, str, str]:
    return made.partner_name, made.account_number, made.ref


def digits(rng: Random, count: int) -> str:
    """Return so many digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def _camt(rng: Random, pay: Payment, name: str, account: str) -> Text:
    return Text(pay.remittance[:140], name, account, rng.choice(("NOTPROVIDED", "", digits(rng, 12))))


def _camt_eref(rng: Random, pay: Payment, name: str, account: str) -> Text:
    return Text(f"EREF+{digits(rng, 10)} SVWZ+{pay.remittance}"[:210], name, account)


def _mt940_de(rng: Random, pay: Payment, name: str, account: str) -> Text:
    purpose = (
        f"EREF+NOTPROVIDED SVWZ+{plain(pay.remittance)}" if rng.random() < 0.6 else plain(pay.remittance)
    )
    parts = [purpose[at : at + 27] for at in range(0, len(purpose), 27)][:10]
    fields = "".join(f"?{20 + number}{part}" for number, part in enumerate(parts))
    word = "SEPA-UEBERWEISUNG" if pay.out else "GUTSCHRIFT"
    head = f"{'177' if pay.out else '166'}?00{word}?109{digits(rng, 3)}"
    label = f"{head}{fields}?30DEUTDEFFXXX?31{account}?32{plain(name).upper()[:27]}"
    return Text(label) if rng.random() < 0.5 else Text(label, name, account)


def _nl_trtp(rng: Random, pay: Payment, name: str, account: str) -> Text:
    label = (
        f"/TRTP/SEPA OVERBOEKING/IBAN/{account}/BIC/ABNANL2A/NAME/{plain(name)}/REMI/{pay.remittance}"
        f"/EREF/{rng.choice(('NOTPROVIDED', digits(rng, 11)))}"
    )
    return Text(label, "" if rng.random() < 0.5 else name, account if rng.random() < 0.5 else "")


def _fr_vir(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    if pay.out:
        return Text(
            f"VIR SEPA EMIS /MOTIF {plain(pay.remittance)} /BEN {plain(name)} /REFDO {digits(rng, 7)}"
        )
    return Text(f"VIR SEPA RECU /DE {plain(name).upper()} /MOTIF {plain(pay.remittance)} /REF NOTPROVIDED")


def _be_ogm(rng: Random, pay: Payment, name: str, account: str) -> Text:
    word = "OVERSCHRIJVING NAAR" if pay.out else "OVERSCHRIJVING IN EURO VAN"
    return Text(
        f"{word} {account} {plain(name).upper()} MEDEDELING: {pay.remittance} BANKREFERENTIE: "
        f"{digits(rng, 16)}",
        "",
        account,
    )


def _it_bon(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    word = "A FAVORE" if pay.out else "ORD."
    return Text(f"BONIFICO SEPA {word} {plain(name).upper()} CRO {digits(rng, 11)} CAUSALE {pay.remittance}")


def _es_transf(rng: Random, pay: Payment, name: str, account: str) -> Text:
    word = "TRANSFERENCIA A" if pay.out else "TRANSFERENCIA DE"
    return Text(
        f"{word} {plain(name).upper()}, CONCEPTO {pay.remittance}.", "", account if rng.random() < 0.3 else ""
    )


def _pl(rng: Random, pay: Payment, name: str, account: str) -> Text:
    return Text(
        f"PRZELEW {'WYCHODZĄCY' if pay.out else 'PRZYCHODZĄCY'} Tytuł: {pay.remittance}", name, account
    )


def _se_bg(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    return Text(
        f"BG {digits(rng, 3)}-{digits(rng, 4)} {'BETALNING' if pay.out else 'INSÄTTNING'} {pay.remittance}",
        name,
    )


def _ch_qr(rng: Random, pay: Payment, name: str, account: str) -> Text:
    return Text(
        f"GUTSCHRIFT {plain(name)} REF {pay.remittance} MITTEILUNG",
        name if rng.random() < 0.7 else "",
        account,
    )


def _ach(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    return Text(
        f"{plain(name).upper()[:16]:16} DES:{'PAYMENT' if rng.random() < 0.7 else 'VENDOR PMT'} "
        f"ID:{plain(pay.remittance)[:30]} INDN:{pay.own.upper()[:22]} CO ID:{digits(rng, 10)} CCD"
    )


def _ach_long(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    return Text(
        f"ORIG CO NAME:{plain(name).upper()[:16]} ORIG ID:{digits(rng, 10)} DESC DATE:{pay.day:%y%m%d} "
        f"CO ENTRY DESCR:PAYMENT SEC:CTX TRACE#:{digits(rng, 15)} EED:{pay.day:%y%m%d} IND "
        f"ID:{digits(rng, 6)} "
        f"IND NAME:{pay.own.upper()[:16]} ADDENDA:{pay.remittance}"
    )


def _wire(rng: Random, pay: Payment, name: str, account: str) -> Text:
    way, who = ("OUT", "BNF") if pay.out else ("IN", "ORIG")
    return Text(
        f"WIRE TYPE:WIRE {way} DATE:{pay.day:%y%m%d} TIME:{rng.randrange(900, 1700)} ET "
        f"TRN:{pay.day:%Y%m%d}00{digits(rng, 6)} SEQ:{digits(rng, 12)} {who}:{plain(name).upper()} "
        f"ID:{account} "
        f"SND BK:JPMORGAN CHASE BANK, N.A. ID:0002 PMT DET:{pay.remittance[:140]}"
    )


def _plain_us(rng: Random, pay: Payment, name: str, account: str) -> Text:
    return Text(f"{name} {pay.remittance}", "", account if rng.random() < 0.2 else "")


def _check(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    return Text(f"LOCKBOX DEPOSIT CHECK {digits(rng, 5)} {plain(name).upper()[:20]} {pay.remittance}")


def _fps(rng: Random, pay: Payment, name: str, account: str) -> Text:
    word = "FPO" if pay.out else rng.choice(("FPI", "FASTER PAYMENTS RECEIPT"))
    remit = pay.remittance[:18] if rng.random() < 0.5 else pay.remittance
    label = f"{word} {plain(name).upper()[:18]} {remit} RP{digits(rng, 14)}"
    return Text(label, name if rng.random() < 0.4 else "", account if rng.random() < 0.2 else "")


def _bacs(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    return Text(f"BGC {plain(name).upper()[:18]} {pay.remittance[:18]}")


def _swift(rng: Random, pay: Payment, name: str, account: str) -> Text:
    return Text(
        f":20:{digits(rng, 10)} :50K:/{account} {name} :70:{pay.remittance} "
        f":71A:{rng.choice(('SHA', 'OUR', 'BEN'))}",
        name if rng.random() < 0.6 else "",
        account if rng.random() < 0.6 else "",
    )


def _in_neft(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del account
    return Text(
        f"NEFT "
        f"{'DR' if pay.out else 'CR'}-HDFC0{digits(rng, 6)}-{plain(name).upper()}-{pay.own.upper()[:12]}-"
        f"N{digits(rng, 15)}-{pay.remittance}"
    )


def _br_pix(rng: Random, pay: Payment, name: str, account: str) -> Text:
    del rng, account
    return Text(f"PIX {'ENVIADO' if pay.out else 'RECEBIDO'} - {plain(name).upper()} {pay.remittance}", name)


_FORMATS = {
    "camt": _camt, "camt_eref": _camt_eref, "mt940_de": _mt940_de, "nl_trtp": _nl_trtp, "fr_vir": _fr_vir,
    "be_ogm": _be_ogm, "it_bon": _it_bon, "es_transf": _es_transf, "pl_przelew": _pl, "se_bg": _se_bg,
    "ch_qr": _ch_qr, "ach": _ach, "ach_long": _ach_long, "wire": _wire, "plain_us": _plain_us,
    "check": _check,
    "fps": _fps, "bacs": _bacs, "swift": _swift, "in_neft": _in_neft, "br_pix": _br_pix,
}  # fmt: skip
