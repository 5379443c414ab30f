"""Why a match is proposed and what speaks against it, in words that a bookkeeper would use."""

from typing import Any

from agent_service.core.matching.assign import Choice
from agent_service.core.matching.features import CUT, DIGITS, FULL, SHORT
from agent_service.core.model import Books

_NAMED = {
    FULL: "The label names the document's number",
    DIGITS: "The label names the digits of the document's number",
    SHORT: "The label names a part of the document's number",
    CUT: "The label ends inside the document's number",
}
_DOUBTS = {
    "ambiguous": "Several open documents fit equally well",
    "contested": "Another bank line names the same document",
    "instalments": "Several instalments of this amount are open; the earliest is taken",
    "later_document": "The document is dated after the period",
    "names_others": "The label names further open documents",
    "other_partner": "The bank line's partner is another one",
}


def reasons(books: Books, choice: Choice) -> list[dict[str, Any]]:
    """Return what speaks for a choice and then what speaks against it: code, text and value each."""
    currency = books.currency(choice.line.currency)
    found = [
        {"code": f"number_{named.level}", "text": _NAMED[named.level], "value": named.number}
        for named in choice.named
    ]
    found.append(
        {
            "code": "amount_exact",
            "text": "The open amount is exactly the bank line's"
            if len(choice.documents) == 1
            else "The open amounts add up to exactly the bank line's",
            "value": currency.show(choice.line.amount),
        }
    )
    partners = {document.partner_id for document in choice.documents}
    if choice.line.partner_id and partners == {choice.line.partner_id}:
        found.append(
            {"code": "partner_same", "text": "The partner is the same", "value": _partner(books, choice)}
        )
    found += [
        {"code": doubt, "text": _DOUBTS[doubt], "value": _value(books, choice, doubt)}
        for doubt in sorted(choice.doubts)
    ]
    return found


def _partner(books: Books, choice: Choice) -> str:
    names = dict(books.frame("partners").select("id", "name").iter_rows())
    return str(names.get(choice.documents[0].partner_id) or "")


def _value(books: Books, choice: Choice, doubt: str) -> str:
    if doubt == "ambiguous":
        return str(len(choice.alternatives) + 1)
    if doubt == "other_partner":
        return _partner(books, choice)
    if doubt == "later_document":
        return str(max(document.day for document in choice.documents))
    return choice.documents[0].label
