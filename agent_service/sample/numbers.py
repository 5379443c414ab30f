"""Bank account numbers with right check digits, and vendors' own document numbers."""

from random import Random


def _mod97(text: str) -> int:
    return int("".join(str(int(char, 36)) for char in text)) % 97


def iban(country: str, bban: str) -> str:
    """Return an IBAN of a country and its basic number, with its check digits."""
    return f"{country}{98 - _mod97(bban + country + '00'):02d}{bban}"


def iban_is_valid(number: str) -> bool:
    """Tell whether the check digits are right."""
    return _mod97(number[4:] + number[:4]) == 1


def bank_number(rng: Random, country: str) -> str:
    """Draw a bank account: an IBAN in Europe, a plain number in the United States."""

    def digits(count: int) -> str:
        return "".join(str(rng.randrange(10)) for _ in range(count))

    if country == "DE":
        return iban("DE", "37040044" + digits(10))
    if country == "NL":
        return iban("NL", rng.choice(("ABNA", "INGB", "RABO")) + digits(10))
    if country == "GB":
        return iban("GB", rng.choice(("NWBK", "BARC", "LOYD")) + digits(14))
    return str(1 + rng.randrange(9)) + digits(9)


class VendorNumbers:
    """A rising series of document numbers for each vendor, in the vendor's own style."""

    _STYLES = ("{p}-{year}-{n:05d}", "{p}{n:06d}", "{p}-{n:05d}/{yy}", "{p}/{year}/{n:04d}")

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._next: dict[str, int] = {}

    def draw(self, vendor: str, prefix: str, year: int) -> str:
        """Return the vendor's next number; it rises by one to seven, as other customers are billed too."""
        rng = Random(f"{self._seed}:number:{vendor}:{self._next.get(vendor)}")
        style = self._STYLES[Random(f"{self._seed}:style:{vendor}").randrange(len(self._STYLES))]
        number = self._next.get(vendor, 1000 + rng.randrange(4000)) + 1 + rng.randrange(7)
        self._next[vendor] = number
        return style.format(p=prefix, n=number, year=year, yy=year % 100)

    def strictly_next(self, vendor: str, prefix: str) -> str:
        """Return the next number of a vendor whose numbers rise by one."""
        number = self._next.get(vendor, 20310) + 1
        self._next[vendor] = number
        return f"{prefix}-{number:05d}"
