"""Importing the bank's file as a person would: OCA's wizard, over RPC, in one transaction."""

import base64
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from agent_service.sample.camt import NAMESPACE
from agent_service.sample.rpc import Client, RpcError

MAX_BYTES = 50_000_000
_NS = {"c": NAMESPACE}


class BadFile(Exception):
    """The file can't be imported; the message says why in one line."""


@dataclass(frozen=True)
class BankFile:
    """What has to be known of a file before it is sent."""

    path: Path
    data: bytes
    statement: str
    account: str


def read(path: Path) -> BankFile:
    """Read a CAMT.053 file; raise BadFile for anything else."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadFile(f"{path.name} is too big for a bank statement")
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} can't be read: {error.strerror}") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadFile(f"{path.name} is not a CAMT.053 file: no XML") from error
    statements = root.findall("c:BkToCstmrStmt/c:Stmt", _NS)
    if root.tag != f"{{{NAMESPACE}}}Document" or len(statements) != 1:
        raise BadFile(f"{path.name} is not a CAMT.053 file with one statement")
    name = statements[0].findtext("c:Id", namespaces=_NS)
    account = statements[0].findtext("c:Acct/c:Id/c:IBAN", namespaces=_NS) or statements[0].findtext(
        "c:Acct/c:Id/c:Othr/c:Id", namespaces=_NS
    )
    if not (name and account):
        raise BadFile(f"{path.name} names no statement or no account")
    return BankFile(path, data, name, account)


def send(client: Client, file: BankFile) -> dict:
    """Import the file through the wizard; return the statement's id, name, number of lines and balances.

    Raises BadFile where Odoo refuses the file; nothing is written then, for the import is one transaction.
    """
    journals = client.call(
        "account.journal",
        "search_read",
        [("bank_account_id.sanitized_acc_number", "=", file.account), ("type", "=", "bank")],
        fields=["id", "company_id"],
    )
    if len(journals) != 1:
        raise BadFile(f"no bank journal has the account {file.account} of {file.path.name}")
    journal, company = journals[0]["id"], journals[0]["company_id"][0]
    known = [("journal_id", "=", journal), ("name", "=", file.statement)]
    if client.call("account.bank.statement", "search_count", known):
        raise BadFile(f"statement {file.statement} was imported before")
    context = {"allowed_company_ids": [company]}
    try:
        wizard = client.call(
            "account.statement.import",
            "create",
            [{"statement_file": base64.b64encode(file.data).decode(), "statement_filename": file.path.name}],
            context=context,
        )
        client.call("account.statement.import", "import_file_button", wizard, context=context)
    except RpcError as error:
        raise BadFile(f"{file.path.name} was refused: {error}") from error
    found = client.call(
        "account.bank.statement",
        "search_read",
        known,
        fields=["id", "name", "line_ids", "balance_start", "balance_end_real"],
    )
    if len(found) != 1:
        raise BadFile(f"{file.path.name} was imported, but statement {file.statement} is not there")
    return {**found[0], "lines": len(found[0].pop("line_ids"))}
