"""Numbers of invoices and references of bills, given in the order of their dates."""

from collections import defaultdict

from agent_service.sample.builder import Builder
from agent_service.sample.documents import Document


def _prefix(build: Builder, partner: str) -> str:
    return "".join(char for char in build.partners[partner].name.upper() if char.isalpha())[:3]


def _number_sales(documents: list[Document]) -> None:
    counters: dict[tuple[str, str, int], int] = defaultdict(int)
    for document in documents:
        if document.kind in ("out_invoice", "out_refund") and document.state == "posted":
            prefix = "INV" if document.kind == "out_invoice" else "RINV"
            slot = (document.company, prefix, document.day.year)
            counters[slot] += 1
            document.number = f"{prefix}/{document.day.year}/{counters[slot]:05d}"


def assign(build: Builder) -> None:
    """Replace the marks: `?` the vendor's next number, `+` one that rises by one, `=key` a mirror's."""
    documents = sorted(build.plan.documents, key=lambda d: (d.invoice_day, d.key))
    _number_sales(sorted(build.plan.documents, key=lambda d: (d.day, d.key)))
    by_key = {document.key: document for document in documents}
    for document in documents:
        if document.ref == "?":
            document.ref = build.numbers.draw(
                document.partner, _prefix(build, document.partner), document.invoice_day.year
            )
        elif document.ref == "+":
            document.ref = build.numbers.strictly_next(document.partner, _prefix(build, document.partner))
        elif document.ref.startswith("="):
            document.ref = by_key[document.ref[1:]].number
