"""Who pays what and when: bank lines for the documents, with the noise of real payers."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from agent_service.sample import chart, labels
from agent_service.sample.builder import Builder
from agent_service.sample.documents import BankLine, Counterpart, Document
from agent_service.sample.money import percent, total
from agent_service.sample.months import Month, month_of, workday
from agent_service.sample.payment_styles import CUSTOMERS, VENDORS, Deck

FEE = Decimal("15.00")
SPREAD_PCT = Decimal("0.4")
_COLLECTIVE = ("courier", "cleaner")
_JOURNAL = {"trading": "bank", "services": "services_bank"}
_LIQUIDITY = {True: chart.RECEIVABLE, False: chart.PAYABLE}


def account_of(document: Document) -> str:
    """Return the account on which a document waits for payment."""
    return _LIQUIDITY[document.kind.startswith("out_")]


class Payments:
    """Turns documents into bank lines; `unpaid` documents are left open."""

    def __init__(self, build: Builder, unpaid: set[str]) -> None:
        self._build = build
        self._unpaid = unpaid
        self._sent: dict[Month, int] = defaultdict(int)

    def add(self) -> None:
        """Plan all payments up to the closing date."""
        waiting: list[tuple[date, Document]] = []
        collective: dict[tuple[str, Month], list[Document]] = defaultdict(list)
        for document in sorted(self._build.plan.documents, key=lambda d: d.key):
            if document.state != "posted" or document.key in self._unpaid or document.kind.endswith("refund"):
                continue
            if document.partner in _COLLECTIVE:
                collective[(document.partner, month_of(document.day))].append(document)
                continue
            waiting.append((self._pay_day(document), document))
        waiting.sort(key=lambda item: (item[0], item[1].key))
        self._pay_singly([item for item in waiting if item[0] <= self._build.end.end])
        for (partner, month), documents in sorted(collective.items()):
            day = workday(month.plus(1).day(10))
            if day <= self._build.end.end:
                self._collective(partner, month, day, documents)

    def _pay_day(self, document: Document) -> date:
        rng = self._build.rng("payday", document.key)
        spread = rng.randrange(-6, 13) if document.kind.startswith("out_") else rng.randrange(-4, 4)
        return workday(max(document.day, document.due + timedelta(days=spread)))

    def _pay_singly(self, waiting: list[tuple[date, Document]]) -> None:
        decks = self._decks(waiting)
        done: set[str] = set()
        for index, (day, document) in enumerate(waiting):
            if document.key in done:
                continue
            rng = self._build.rng("payment", document.key)
            group = [document]
            if self._is_foreign(document):
                self._foreign(rng, "exact" if rng.randrange(8) else "no_ref", day, document)
            elif document.company == "services":
                self._plain(rng, "exact", day, group)
            else:
                deck = decks[month_of(day), document.kind.startswith("out_")]
                style = deck.deal()
                if style == "multi":
                    group += self._others(document, day, waiting[index + 1 :], done)
                    style = style if len(group) > 1 else deck.put_off(style)
                self._plain(rng, style, day, group)
            done.update(item.key for item in group)

    def _is_foreign(self, document: Document) -> bool:
        return document.currency != self._build.companies[document.company].currency

    def _decks(self, waiting: list[tuple[date, Document]]) -> dict[tuple[Month, bool], Deck]:
        """Return a deck of styles for each month's payments in and out through the main bank."""
        counts = Counter(
            (month_of(day), document.kind.startswith("out_"))
            for day, document in waiting
            if document.company == "trading" and not self._is_foreign(document)
        )
        return {
            (month, incoming): Deck(
                self._build.rng(f"styles:{incoming}", month), CUSTOMERS if incoming else VENDORS, count
            )
            for (month, incoming), count in counts.items()
        }

    @staticmethod
    def _others(
        document: Document, day: date, later: list[tuple[date, Document]], done: set[str]
    ) -> list[Document]:
        """Return up to two further documents of the partner that would be paid within twelve days."""
        found = [
            other
            for other_day, other in later
            if (other_day - day).days <= 12
            and other.partner == document.partner
            and other.key not in done
            and other.kind == document.kind
            and other.currency == document.currency
            and other.company == document.company
            and other.day <= day
        ]
        return found[:2]

    def _line(
        self,
        key: str,
        company: str,
        journal: str,
        day: date,
        amount: Decimal,
        label: str,
        kind: str,
        documents: list[Document],
        counterparts: list[Counterpart],
        **more,
    ) -> BankLine:
        partner = self._build.partners[documents[0].partner]
        month = month_of(day)
        end_to_end = "NOTPROVIDED"
        if amount < 0:
            self._sent[month] += 1
            end_to_end = f"NW-{month.year}{month.number:02d}-{self._sent[month]:04d}"
        line = BankLine(
            key,
            company,
            journal,
            day,
            amount,
            label,
            kind,
            partner.key,
            partner.name.upper()[:35],
            partner.bank_number,
            end_to_end,
            [document.key for document in documents],
            counterparts,
            **more,
        )
        self._build.plan.bank_lines.append(line)
        return line

    def _plain(self, rng: Random, style: str, day: date, documents: list[Document]) -> None:
        first = documents[0]
        partner = self._build.partners[first.partner]
        references = [document.label for document in documents]
        signed = total(document.sign * document.gross for document in documents)
        counterparts = [
            Counterpart(account_of(document), -document.sign * document.gross, document.label, document.key)
            for document in documents
        ]
        if style == "short":
            signed -= FEE
            counterparts.append(Counterpart(chart.BANK_FEES, FEE, "Deducted by the payer's bank"))
        written = (
            style
            if style in (labels.COMPACT, labels.NO_REFERENCE, labels.DAMAGED, labels.TRUNCATED)
            else "exact"
        )
        self._line(
            f"pay/{first.key}",
            first.company,
            _JOURNAL[first.company],
            day,
            signed,
            labels.write(rng, written, signed < 0, partner.name, partner.country, references),
            style,
            documents,
            counterparts,
        )

    def _foreign(self, rng: Random, style: str, day: date, document: Document) -> None:
        """Pay a foreign document: euros through the euro account, all else at the bank's own rate."""
        partner = self._build.partners[document.partner]
        company = self._build.companies[document.company]
        signed = document.sign * document.gross
        counterpart = Counterpart(account_of(document), -signed, document.label, document.key)
        label = labels.write(
            rng,
            "no_ref" if style == "no_ref" else "exact",
            signed < 0,
            partner.name,
            partner.country,
            [document.label],
        )
        if document.currency == "EUR" and document.company == "trading":
            self._line(
                f"pay/{document.key}",
                "trading",
                "bank_eur",
                day,
                signed,
                label,
                "euro",
                [document],
                [counterpart],
            )
            return
        at_rate = self._build.rates.convert(signed, document.currency, company.currency, day)
        received = at_rate - percent(abs(at_rate), SPREAD_PCT)
        counterpart.amount = -received
        self._line(
            f"pay/{document.key}",
            document.company,
            _JOURNAL[document.company],
            day,
            received,
            label,
            "foreign",
            [document],
            [counterpart],
            foreign_currency=document.currency,
            foreign_amount=signed,
        )

    def _collective(self, partner: str, month: Month, day: date, documents: list[Document]) -> None:
        """One payment for all of a weekly vendor's bills of a month."""
        signed = total(document.sign * document.gross for document in documents)
        name = self._build.partners[partner].name.upper()
        self._line(
            f"pay/{partner}-{month}",
            "trading",
            "bank",
            day,
            signed,
            f"ACH DEBIT {name} STATEMENT {month} {len(documents)} INVOICES",
            "collective",
            documents,
            [Counterpart(account_of(d), -d.sign * d.gross, d.label, d.key) for d in documents],
        )
