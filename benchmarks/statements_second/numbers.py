"""Document numbers as companies write them, and what payers and scanners make of them."""

LOOKALIKE = {
    "0": "O",
    "1": "I",
    "5": "S",
    "8": "B",
    "2": "Z",
    "6": "G",
    "O": "0",
    "I": "1",
    "S": "5",
    "B": "8",
}

OWN = [
    lambda y, n: f"INV/{y}/{n:05d}",
    lambda y, n: f"AR-{y % 100}-{n:06d}",
    lambda y, n: f"{y}{n:06d}",
    lambda y, n: f"HX{n + 40000}",
    lambda y, n: f"F{y % 100}-{n:05d}",
    lambda y, n: f"SI/{y % 100}/{n:04d}",
    lambda y, n: f"{n + 7100000}",
]
CREDIT = [
    lambda y, n: f"RINV/{y}/{n:05d}",
    lambda y, n: f"CN-{y % 100}-{n:06d}",
    lambda y, n: f"GS{n + 40000}",
]
FOREIGN = [
    lambda r, y: f"RE-{y}-{r.randint(100, 9999)}",
    lambda r, y: f"{r.randint(10, 99)}/{r.randint(1000, 99999)}/{y % 100}",
    lambda r, y: f"{r.randint(90000000, 99999999)}",
    lambda r, y: f"VF{y % 100}{r.randint(0, 99999):05d}",
    lambda r, y: f"FT {r.randint(100, 2999)}/A",
    lambda r, y: f"{y}-{r.randint(1, 12):02d}-{r.randint(1000, 9999)}",
    lambda r, y: f"SINV{r.randint(100000, 999999)}",
    lambda r, y: f"{r.choice('ABCDEKM')}{r.randint(100000, 999999)}",
    lambda r, y: f"IN-{r.randint(10000, 99999)}-{r.choice('ABX')}",
    lambda r, y: f"{r.randint(1000000000, 1999999999)}",
]


def rf(rng):
    """Return an ISO 11649 creditor reference with valid check digits."""
    body = str(rng.randint(10**8, 10**11))
    return f"RF{98 - int(body + '271500') % 97:02d}{body}"


def ogm(rng):
    """Return a Belgian structured communication."""
    body = rng.randint(10**8, 10**10 - 1)
    text = f"{body:010d}{(body % 97) or 97:02d}"
    return f"+++{text[:3]}/{text[3:7]}/{text[7:]}+++"


def qrr(rng):
    """Return a Swiss 27-digit reference."""
    digits = "21" + "".join(str(rng.randint(0, 9)) for _ in range(24))
    carry, table = 0, [0, 9, 4, 6, 8, 2, 7, 1, 3, 5]
    for digit in digits:
        carry = table[(carry + int(digit)) % 10]
    return digits + str((10 - carry) % 10)


def spaced(rng, text):
    """Return a structured reference in groups, as it is printed."""
    if text.startswith("RF"):
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
    if len(text) == 27 and text.isdigit():
        return " ".join([text[:2]] + [text[i : i + 5] for i in range(2, 27, 5)])
    return text.replace("+++", rng.choice(["+++", "***", ""]))


def restyled(rng, number):
    """Return the number as a careful payer writes it: other separators, a word before it, case."""
    roll = rng.random()
    if roll < 0.35:
        return number
    if roll < 0.50:
        return number.replace("/", "-") if "/" in number else number.replace("-", "/")
    if roll < 0.62:
        return number.replace("/", " ").replace("-", " ")
    if roll < 0.74:
        return number.replace("/", "").replace("-", "")
    word = rng.choice(
        [
            "Invoice",
            "Rechnung Nr.",
            "FACTURE",
            "inv no",
            "Faktura",
            "our order",
            "Fattura n.",
            "RG",
            "Bill",
            "invoice number",
            "Factuur",
            "fra.",
            "REF:",
            "Your invoice",
        ]
    )
    return f"{word} {number.lower() if roll > 0.95 else number}"


def mistyped(rng, number):
    """Return the number with one error of a finger or a scanner; never the same number."""
    for _ in range(20):
        place = [i for i, char in enumerate(number) if char.isdigit()]
        at = rng.choice(place[1:] or place)
        kind = rng.random()
        if kind < 0.45 and number[at] in LOOKALIKE:
            out = number[:at] + LOOKALIKE[number[at]] + number[at + 1 :]
        elif kind < 0.65 and at + 1 < len(number) and number[at + 1].isdigit():
            out = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        elif kind < 0.80:
            out = number[:at] + number[at] + number[at:]
        else:
            out = number[:at] + str((int(number[at]) + rng.randint(1, 9)) % 10) + number[at + 1 :]
        if out != number:
            return out
    return number + "0"


def clipped(rng, number):
    """Return what is left when a payer writes the running number only, or a bank breaks the line."""
    tail = number.replace("-", "/").split("/")[-1]
    if rng.random() < 0.5 and tail != number:
        return tail.lstrip("0") if rng.random() < 0.6 else tail
    at = rng.randint(2, max(2, len(number) - 2))
    return f"{number[:at]} {number[at:]}"
