"""What one bank line says: which items it names, who pays, what it is worth, what its words speak of."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.model import Line, Rates, Settings
from agent_service.core.matching.names import name_words
from agent_service.core.matching.numbers import (
    DIGITS,
    FULL,
    SHORT,
    Window,
    digits_in,
    shape_of,
    stands_alone,
    windows,
)
from agent_service.core.matching.periods import months_in
from agent_service.core.matching.texts import Text, folded, taken_apart, words
from agent_service.core.text import sanitized

WORDS_ABOUT = {
    "fee": """FEE FEES CHARGE CHARGES CHG CHGS COMMISSION COMMISSIONS SPESEN GEBUHR GEBUEHR GEBUHREN FRAIS
        COMISION COMISIONES COMMISSIONE COMMISSIONI SPESE KOSTEN COSTS GASTOS DESPESAS AVGIFT GEBYR PROVIZE
        OPLATA PROWIZJA""",
    "discount": """DISCOUNT SKONTO SCONTO ESCOMPTE DESCUENTO DESCONTO RABATT RABAT KORTING REMISE SKO
        KONTANTRABATT PRONTOPAGO BETALINGSKORTING SKONTA SCTO PPD""",
    "withholding": """WITHHOLDING WITHHELD WHT TDS RETENCION RETENCIONES RETENCAO RETENUE RITENUTA RITENUTE
        QUELLENSTEUER ABZUGSTEUER IRRF IRPF ISR CWT EWT RETENTION STOPAJ TEVKIFAT KALLSKATT BRONHEFFING""",
    "partial": """PARTIAL PART INSTALMENT INSTALLMENT INSTALMENTS RATE RATA RATEN TEILZAHLUNG TEILBETRAG
        ANZAHLUNG ABSCHLAG ABSCHLAGSZAHLUNG ACOMPTE ACONTO ACCONTO PARCIAL PARCELA PARTIEL PARTIELLE DEPOSIT
        CUOTA DEELBETALING AANBETALING
        TERMIJN ANTICIPO DELBETALNING DELBETALING ZALICZKA ZALOHA SPLATKA TRANCHE ABONO
        PARZIALE SALDO RESTZAHLUNG REST BALANCE SOLDE RESTANTE""",
    "payout": """PAYOUT PAYOUTS SETTLEMENT SETTLEMENTS STRIPE ADYEN PAYPAL SQUARE WORLDPAY MOLLIE SUMUP KLARNA
        BRAINTREE GOCARDLESS SHOPIFY IZETTLE ZETTLE MERCHANT CARDS CARD POS VISA MASTERCARD AMEX BATCH ELAVON
        FISERV NEXI PAYONE WORLDLINE BARCLAYCARD CHECKOUT AMAZON RAZORPAY ABRECHNUNG REMESA TPV CB TPE
        DISBURSEMENT ACQUIRING PAYU SQ CLOVER TOAST NETS BAMBORA""",
    "void": """VOID VOIDED CANCEL CANCELLED CANCELED CANCELLATION STORNO STORNIERT STORNIERUNG
        REVERSAL
        REVERSED REVERSE ANNUL ANNULATION ANNULE ANULACION ANULADO STORNIRANO RETURN
        RETURNED RUCKLASTSCHRIFT""",
}
_ABOUT = {word: topic for topic, text in WORDS_ABOUT.items() for word in text.split()}
BANKS_OWN = frozenset(["DEPOSIT", "ABONO", "RATE", "BALANCE", "SALDO", "SOLDE", "REST"])
"""Words of a part payment that banks write for other things too: money that came in, a rate, what is left."""
PART_SAID = frozenset(WORDS_ABOUT["partial"].split()) - BANKS_OWN


MOST_OWNERS = 4
NAMED_FROM = 2.0
PAYER_FROM = 3.0
"""From here on a number, or a payer, speaks for an item that several lines may pay together."""
NO_TEXT = Text("", (), (), ())


DENSE = 12
"""So many open numbers that differ in their last three digits alone are a series of digits."""


@dataclass(slots=True)
class Named:
    """How a line names an item: how much of its number, what that proves (0 to 10), and what stood there."""

    level: str
    telling: float
    text: str
    first: int = -1
    last: int = -1


@dataclass(slots=True)
class View:
    """One line, looked at once."""

    line: Line
    faces: tuple[tuple[str, int], ...]
    company: int | None
    text: Text
    named: dict[int, Named] = field(default_factory=dict)
    partners: dict[int, tuple[str, float]] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    unknown_numbers: tuple[str, ...] = ()
    stranger: bool = False
    """A payer is named that is none of the partners with open items."""
    texts: tuple[Text, ...] = ()
    windows: tuple[list[Window], ...] = ()
    slips: tuple = ()
    months: frozenset[tuple[int, int]] = frozenset()
    day: int = 0

    def forget(self, catalog: Catalog, explained: Collection[int]) -> None:
        """Let go of what only the search for candidates needs: a large statement has many lines.

        Of the items named stay those that explain the line, those that a number tells from most others, and
        those of the payer: several lines may pay one of them together.
        """
        self.windows, self.slips, self.text, self.texts = (), (), NO_TEXT, ()
        who, how_sure = self.best_partner
        payer = who if how_sure >= PAYER_FROM else None
        self.named = {
            item: one
            for item, one in self.named.items()
            if one.telling >= NAMED_FROM or item in explained or catalog.partner[item] == payer
        }

    def number_like(self) -> list[str]:
        """Return neighbouring runs written together that may be a document's number, each once."""
        found: dict[str, None] = {}
        for seen in self.windows:
            for window in seen:
                if 5 <= len(window.raw) <= 24 and digits_in(window.raw) >= 3:
                    found[window.raw] = None
        return list(found)[:120]

    @property
    def best_partner(self) -> tuple[int, float]:
        """Return the partner that is named most surely, and how much that proves."""
        if not self.partners:
            return -1, 0.0
        who = min(self.partners, key=lambda one: (-self.partners[one][1], one))
        return who, self.partners[who][1]


def shapes_of(catalog: Catalog) -> Counter[str]:
    """Return how often numbers of each shape (letters kept, digits as 9) stand among the items."""
    return Counter(shape_of(key) for key in catalog.by_key[FULL])


def faces_of(line: Line, settings: Settings, rates: Rates) -> tuple[tuple[tuple[str, int], ...], int | None]:
    """Return the line's amounts by currency, the payment's own first, and its value in company currency."""
    faces = [(line.currency, line.amount)]
    if line.foreign_currency and line.amount_currency and line.foreign_currency != line.currency:
        foreign = abs(line.amount_currency) * (-1 if line.amount < 0 else 1)
        faces.insert(0, (line.foreign_currency, foreign))
    for currency, amount in faces:
        if currency == settings.company_currency:
            return tuple(faces), amount
    return tuple(faces), converted(
        line.amount, line.currency, settings.company_currency, line.day, settings, rates
    )


def converted(amount: int, currency: str, to: str, day, settings: Settings, rates: Rates) -> int | None:
    """Return minor units of one currency in another at the day's rates, None where one is unknown."""
    if currency == to:
        return amount
    one, other = _rate(currency, day, settings, rates), _rate(to, day, settings, rates)
    if not one or not other:
        return None
    shift = settings.decimals.get(to, 2) - settings.decimals.get(currency, 2)
    value = Decimal(amount) * other / one
    value = value.scaleb(shift)
    return int(value.to_integral_value("ROUND_HALF_UP"))


def _rate(currency: str, day, settings: Settings, rates: Rates) -> Decimal | None:
    if currency == settings.company_currency:
        return Decimal(1)
    known = rates.on(currency, day)
    if known is None:  # the first rate that is known, for days before it
        later = rates.by_currency.get(currency, ())
        return later[0][1] if later else None
    return known


class Reader:
    """Looks at lines with one catalog."""

    def __init__(self, catalog: Catalog, settings: Settings, rates: Rates, learned: Learned) -> None:
        """Take what lines are looked at with."""
        self.catalog, self.settings, self.rates, self.learned = catalog, settings, rates, learned
        self.shapes = shapes_of(catalog)
        self.dense = Counter(
            (len(key), key[:-3]) for key in catalog.by_key[FULL] if key.isdigit() and 6 <= len(key) <= 24
        )
        self.own_words = {word for name in settings.own_names for word in name_words(name)}

    def view(self, line: Line) -> View:
        """Return what a line says."""
        faces, company = faces_of(line, self.settings, self.rates)
        label = taken_apart(line.label)
        made = View(line, faces, company, label, day=line.day.toordinal())
        texts = [label]
        if line.ref and line.ref != line.label:
            texts.append(taken_apart(line.ref))
        unknown: dict[str, None] = {}
        made.texts = tuple(texts)
        made.windows = tuple([*windows(text)] for text in texts)
        for text, seen in zip(texts, made.windows, strict=True):
            self._name(made, text, seen, unknown)
        made.unknown_numbers = tuple(unknown)
        made.months = frozenset(month for text in texts for month in months_in(text))
        spoken = [word for text in texts for word in words(text)]
        made.topics = frozenset(_ABOUT[word] for word in spoken if word in _ABOUT)
        if not PART_SAID.isdisjoint(spoken):
            made.topics |= {"partial_said"}
        self._payer(made, spoken)
        return made

    def _name(self, made: View, text: Text, seen: list[Window], unknown: dict[str, None]) -> None:
        catalog = self.catalog
        full, digits, short = catalog.by_key
        hits: list[tuple[Window, int, str]] = []
        for window in seen:
            for key in (window.raw, window.bare) if window.raw != window.bare else (window.raw,):
                if key in full:
                    hits.append((window, FULL, key))
                elif key in digits:
                    hits.append((window, DIGITS, key))
                elif key in short:
                    hits.append((window, SHORT, key))
        hits.sort(key=lambda one: (one[1], one[0].first - one[0].last, one[0].first))
        covered: list[tuple[int, int, int]] = []
        for window, level, key in hits:
            if any(
                first <= window.first and window.last <= last and before <= level
                for first, last, before in covered
            ):
                continue
            alone = stands_alone(text, window.first, window.last)
            if not alone and level != FULL and len(key) < 6:
                continue
            covered.append((window.first, window.last, level if alone else SHORT))
            telling = catalog.telling(level, key) - (0.0 if alone else 2.5)
            if level == SHORT:
                telling = min(telling * 0.6, 3.5)
            self._hit(
                made, catalog.named(level, key), ("full", "digits", "short")[level], telling, key, window
            )
        if catalog.by_folded:
            self._folded(made, seen, covered)
        self._unknown(seen, covered, unknown)

    def _hit(self, made: View, places, level: str, telling: float, key: str, window: Window) -> None:
        if telling <= 0.2:
            return
        how = Named(level, telling, key, window.first, window.last)
        for place in places:
            known = made.named.get(place)
            if known is None or known.telling < telling:
                made.named[place] = how

    def _folded(self, made: View, seen: list[Window], covered: list[tuple[int, int, int]]) -> None:
        taken = {at for first, last, level in covered if level != SHORT for at in range(first, last + 1)}
        for window in seen:
            raw = window.raw
            if len(raw) < 5 or any(at in taken for at in range(window.first, window.last + 1)):
                continue
            key = folded(raw)
            places = self.catalog.named_folded(key)
            if places and digits_in(key) >= 4:
                telling = min(self.catalog.telling(FULL, key) - 1.0, 8.0)
                self._hit(made, places, "typo", telling, raw, window)
                taken.update(range(window.first, window.last + 1))

    def _unknown(
        self, seen: list[Window], covered: list[tuple[int, int, int]], unknown: dict[str, None]
    ) -> None:
        """Keep the numbers of a known series that no open item has.

        A whole number that is found hides its parts; the digits of another document at its end hide nothing.
        """
        taken = {at for first, last, level in covered if level == FULL for at in range(first, last + 1)}
        inside = [(first, last) for first, last, level in covered if level == DIGITS]
        for window in seen:
            raw = window.raw
            if not 6 <= len(raw) <= 24 or window.last in taken or window.first in taken:
                continue
            if any(first <= window.first and window.last <= last for first, last in inside):
                continue
            if raw.isdigit():
                if self.dense.get((len(raw), raw[:-3]), 0) >= DENSE and raw not in self.catalog.by_key[FULL]:
                    unknown[raw] = None
            elif raw[0] > "9" and digits_in(raw) >= 4 and self.shapes.get(shape_of(raw), 0) >= 3:
                unknown[raw] = None

    def _payer(self, made: View, spoken: list[str]) -> None:
        line, catalog, found = made.line, self.catalog, made.partners

        def say(partner: int, code: str, telling: float) -> None:
            if telling > found.get(partner, ("", 0.0))[1]:
                found[partner] = (code, telling)

        account = sanitized(line.account_number[:64])
        if account:
            owners = catalog.of_account.get(account, ())
            if len(owners) <= MOST_OWNERS:  # an account that many share is a broker's or our own
                for owner in owners:
                    say(owner, "account_known", 7.0 if len(owners) == 1 else 5.0 / len(owners))
        if line.partner_id is not None and line.partner_id in catalog.partner_by_id:
            say(catalog.partner_by_id[line.partner_id], "partner_known", 6.0)
        for alias in self.learned.partners(line)[:5]:
            if alias.partner in catalog.partner_by_id:
                say(catalog.partner_by_id[alias.partner], "alias", 6.0 * alias.share)
        if line.partner_name:
            self._by_name(made, line.partner_name, say)
        rest = [word for word in spoken if word not in self.own_words]
        if rest:
            strong = any(telling >= 4.5 for _code, telling in found.values())
            for partner, telling, share in catalog.names.partners(rest, fuzzy=not strong):
                if share >= 0.55:
                    say(partner, "name_in_label", min(telling, 6.0) * share * (0.9 if share > 0.95 else 0.7))

    def _by_name(self, made: View, name: str, say) -> None:
        own = name_words(name)
        names = self.catalog.names
        weights = {word: names.weight(word) for word in own}
        best = 0.0
        for partner, telling, share in names.partners(list(own)):
            theirs = {word for one in names.words_of[partner] for word in one}
            back = sum(
                weight for word, weight in weights.items() if word in theirs or _alike(word, theirs)
            ) / (sum(weights.values()) or 1.0)
            both = min(share, 0.3 + 0.7 * back)
            best = max(best, both)
            if both >= 0.5:
                code = "name_full" if both > 0.95 else "name_similar"
                say(partner, code, min(telling, 7.0) * both * (1.0 if both > 0.95 else 0.8))
        made.stranger = best < 0.5 and bool(own)


def _alike(word: str, theirs: set[str]) -> bool:
    if len(word) < 5:
        return False
    return any(
        other.startswith(word) or word.startswith(other) or _one_slip(word, other)
        for other in theirs
        if len(other) >= 4
    )


def _one_slip(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter: another, one more, one less, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return True
    if len(one) == len(other):
        return one[at + 1 :] == other[at + 1 :] or (
            one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
        )
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]
