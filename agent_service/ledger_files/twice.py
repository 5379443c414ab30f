"""Rows of a file whose id came twice: the first was judged, the others are named."""

from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.ledger_files.findings_file import TABLE_OF
from agent_service.ledger_files.read import Files

_MODELS = {table: model for model, table in TABLE_OF.items()}


def repeated_ids(files: Files, books: Books) -> list[Finding]:
    """Return one finding for each table and id that stands there more than once (ACC010)."""
    return [
        Finding(
            rule="ACC010",
            rule_title="Record contradicts itself",
            facet="repeated_id",
            severity="critical",
            anchor=Record(_MODELS.get(table, table), number, f"{table} {number}"),
            title=f"{table}: the id {number} stands there more than once",
            message=f"The first row of {table} with id {number} was judged, the others were left out.",
            why="Two records under one number can't be told apart: sums and links are no longer sure.",
            remedy="Export the table anew, each record once.",
            evidence={"table": table, "id": number, "company": books.company.id},
        )
        for table, number in files.twice
    ]
