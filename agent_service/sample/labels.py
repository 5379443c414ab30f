"""What banks make of a payer's words: prefixes, capitals, cut-off texts, references written otherwise."""

from random import Random

EXACT = "exact"
COMPACT = "compact"
NO_REFERENCE = "no_ref"
DAMAGED = "damaged"
TRUNCATED = "truncated"
SHORT_CUT = 35
LONG_CUT = 140

_IN = {
    "US": ("ACH CREDIT", "ORIG CO NAME:", "WIRE IN", "FEDWIRE CREDIT VIA:", "CCD DEPOSIT"),
    "EU": ("SEPA CREDIT TRANSFER", "SEPA-GUTSCHRIFT", "SEPA CT IN"),
}
_OUT = {"US": ("ACH DEBIT", "BILL PAY", "WIRE OUT"), "EU": ("SEPA OVERBOEKING", "SEPA CT OUT")}
_WORDS = ("Invoice", "Payment", "Inv.", "Ref", "Our order and your invoice", "Payment of")
_TAILS = ("", "", "", " thank you", " as agreed", " DATE 10/26", " TRN 0093341", " PAYMENT RUN")
_NO_REFERENCE = ("PAYMENT", "INVOICE PAYMENT", "GOODS AS ORDERED", "MONTHLY SETTLEMENT", "THANK YOU")


def _zone(country: str) -> str:
    return "US" if country == "US" else "EU"


def compact(rng: Random, reference: str) -> str:
    """Write a reference as payers do: without separators, or with other ones."""
    glue = rng.choice(("", "", "-", " "))
    return "".join(glue if not char.isalnum() else char for char in reference)


def damaged(reference: str) -> str:
    """Lose the last character, so that the reference is another one's or nobody's."""
    return reference[:-1]


def contains(label: str, reference: str) -> bool:
    """Tell whether the reference stands in the label as it was given, letter case aside."""
    return bool(reference) and reference.casefold() in label.casefold()


def write(rng: Random, style: str, outgoing: bool, name: str, country: str, references: list[str]) -> str:
    """Return the label of a payment; its style says what became of the references."""
    prefix = rng.choice((_OUT if outgoing else _IN)[_zone(country)])
    who = name.upper() if rng.randrange(10) < 7 else name
    if style == NO_REFERENCE:
        return f"{prefix} {who} {rng.choice(_NO_REFERENCE)}"[:LONG_CUT]
    word = rng.choice(_WORDS)
    if style == TRUNCATED:
        return f"{prefix} {who} {word} on account, {' '.join(references)}"[:SHORT_CUT].strip()
    shown = {
        COMPACT: lambda ref: compact(rng, ref),
        DAMAGED: damaged,
    }.get(style, lambda ref: ref)
    label = f"{prefix} {who} {word} {', '.join(shown(ref) for ref in references)}{rng.choice(_TAILS)}"
    if rng.randrange(3) == 0:
        label = label.upper()
    return label[:LONG_CUT]
