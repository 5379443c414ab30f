"""The bank's file: a CAMT.053 statement (camt.053.001.02)."""

from decimal import Decimal

from lxml import etree

from agent_service.sample.documents import BankLine, Journal, Partner, Statement
from agent_service.sample.money import total
from agent_service.sample.months import Month

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
_CODES = {True: ("RCDT", "ESCT"), False: ("ICDT", "ESCT")}


def _add(parent: etree._Element, path: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Append nested elements, `a/b/c`, and return the last one."""
    for tag in path.split("/"):
        parent = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    if text is not None:
        parent.text = text
    for name, value in attributes.items():
        parent.set(name, value)
    return parent


def _account_id(parent: etree._Element, number: str) -> None:
    if number[:2].isalpha():
        _add(parent, "Id/IBAN", number)
    else:
        _add(parent, "Id/Othr/Id", number)


def _balance(parent: etree._Element, code: str, amount: Decimal, currency: str, day: str) -> None:
    balance = _add(parent, "Bal")
    _add(balance, "Tp/CdOrPrtry/Cd", code)
    _add(balance, "Amt", f"{abs(amount)}", Ccy=currency)
    _add(balance, "CdtDbtInd", "CRDT" if amount >= 0 else "DBIT")
    _add(balance, "Dt/Dt", day)


def _entry(parent: etree._Element, number: int, line: BankLine, currency: str, statement_id: str) -> None:
    incoming = line.amount > 0
    entry = _add(parent, "Ntry")
    _add(entry, "NtryRef", reference(number))
    _add(entry, "Amt", f"{abs(line.amount)}", Ccy=currency)
    _add(entry, "CdtDbtInd", "CRDT" if incoming else "DBIT")
    _add(entry, "Sts", "BOOK")
    _add(entry, "BookgDt/Dt", line.day.isoformat())
    _add(entry, "ValDt/Dt", line.day.isoformat())
    _add(entry, "AcctSvcrRef", f"{statement_id}-{number:04d}")
    family, sub = _CODES[incoming]
    domain = _add(entry, "BkTxCd/Domn")
    _add(domain, "Cd", "PMNT")
    _add(domain, "Fmly/Cd", family)
    _add(domain[-1], "SubFmlyCd", sub)
    details = _add(entry, "NtryDtls/TxDtls")
    _add(details, "Refs/EndToEndId", line.end_to_end)
    if line.partner_name:
        parties = _add(details, "RltdPties")
        role = "Dbtr" if incoming else "Cdtr"
        _add(parties, f"{role}/Nm", line.partner_name)
        if line.bank_number:
            _account_id(_add(parties, f"{role}Acct"), line.bank_number)
    _add(details, "RmtInf/Ustrd", line.label)


def reference(number: int) -> str:
    """Return the bank's reference of the n-th entry."""
    return f"NR{number:05d}"


def statement_name(statement: Statement) -> str:
    """Return the name under which the statement arrives."""
    return f"{statement.journal.upper()}-{statement.month}"


def write(
    statement: Statement, lines: list[BankLine], journal: Journal, currency: str, owner: Partner
) -> bytes:
    """Return the file of one statement; opening balance plus entries is the closing balance."""
    if statement.start + total(line.amount for line in lines) != statement.end:
        raise ValueError("the statement does not add up")
    month = Month.parse(statement.month)
    created = f"{month.plus(1).start.isoformat()}T06:00:00"
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})
    message = _add(root, "BkToCstmrStmt")
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", f"CAMT053-{statement.month}")
    _add(header, "CreDtTm", created)
    stmt = _add(message, "Stmt")
    _add(stmt, "Id", statement_name(statement))
    _add(stmt, "ElctrncSeqNb", str(month.number))
    _add(stmt, "CreDtTm", created)
    period = _add(stmt, "FrToDt")
    _add(period, "FrDtTm", f"{month.start.isoformat()}T00:00:00")
    _add(period, "ToDtTm", f"{month.end.isoformat()}T23:59:59")
    account = _add(stmt, "Acct")
    _account_id(account, journal.bank_number)
    _add(account, "Ccy", currency)
    _add(account, "Ownr/Nm", owner.name)
    _balance(stmt, "OPBD", statement.start, currency, month.start.isoformat())
    _balance(stmt, "CLBD", statement.end, currency, month.end.isoformat())
    for number, line in enumerate(lines, start=1):
        _entry(stmt, number, line, currency, statement_name(statement))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
