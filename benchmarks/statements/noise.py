"""What happens to a reference between the invoice and the bank's text."""

import re
from random import Random

_OCR = {"0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8", "2": "Z"}


def reference(rng: Random, number: str, hard: float = 1.0) -> str:
    """Return a document's number as a payer writes it: as it stands, shortened, glued or mistyped."""
    draw = rng.random()
    if draw > 0.62 * hard:
        return number
    if draw > 0.46 * hard:
        return re.sub(r"[\s/\-._]+", rng.choice(("", "-", " ", ".")), number)
    if draw > 0.36 * hard:
        return number.lower()
    if draw > 0.22 * hard:
        return _tail(rng, number)
    if draw > 0.12 * hard:
        return one_slip(rng, number)
    if draw > 0.06 * hard:
        return _read_by_machine(rng, number)
    return number.replace("/", " / ")


def _tail(rng: Random, number: str) -> str:
    """Return the running number alone, with or without its leading zeros: "INV 417"."""
    tail = re.findall(r"\d+", number)[-1]
    short = tail.lstrip("0") if rng.random() < 0.5 else tail
    return f"{rng.choice(('inv ', 'INV. ', 'no. ', '#', 'Invoice ', 'Rg. ', 'Fact. '))}{short or tail}"


def one_slip(rng: Random, number: str) -> str:
    """Return a number with two neighbours swapped, one digit wrong, or one doubled."""
    places = [at for at, one in enumerate(number) if one.isdigit()]
    at = rng.choice(places[-4:])
    how = rng.randrange(3)
    if how == 0 and at and number[at - 1].isdigit() and number[at - 1] != number[at]:
        return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]
    if how == 1:
        return number[:at] + rng.choice("0123456789".replace(number[at], "")) + number[at + 1 :]
    return number[:at] + number[at] + number[at:]


def _read_by_machine(rng: Random, number: str) -> str:
    places = [at for at, one in enumerate(number) if one in _OCR]
    if not places:
        return number
    at = rng.choice(places)
    return number[:at] + _OCR[number[at]] + number[at + 1 :]


def listed(rng: Random, numbers: list[str]) -> str:
    """Return several numbers as one remittance: a list, a range of tails, or a list that breaks off."""
    if rng.random() < 0.3:
        head = re.sub(r"\d+$", "", numbers[0])
        if head and all(one.startswith(head) for one in numbers):
            return head + rng.choice(("/", ", ", "+", " ")).join(
                [numbers[0][len(head) :], *(one[len(head) :] for one in numbers[1:])]
            )
    return rng.choice((", ", " ", "; ", " + ", " / ", " and ")).join(numbers)


def furniture(rng: Random, text: str) -> str:
    """Return a remittance with the words that payers put around it."""
    draw = rng.random()
    if draw < 0.4:
        return text
    word = rng.choice(
        (
            "Invoice {}", "Payment of invoice {}", "Re: {}", "Rechnung {}", "Facture {} merci", "your inv {}",
            "{} THANK YOU", "pmt {}", "Factuur {}", "Fattura n. {}", "Pago factura {}", "{} / customer 10442",
            "Rg.Nr. {} vom 12.09.2026", "saldo {}", "{} 30 days net", "FAKTURA {}", "PO 88213 {}", "Betr. {}",
        )
    )  # fmt: skip
    return word.format(text)
