"""Invoices, bills and journal entries."""

from agent_service.sample.documents import Document, Entry
from agent_service.sample.load.context import Context, LoadError

_ORDER_LINE = {"out": "sale_line_ids", "in": "purchase_line_id"}


def load(ctx: Context) -> None:
    """Create and post the documents and entries, in the order of their dates and numbers."""
    documents = sorted(ctx.plan.documents, key=lambda d: (d.day, d.number, d.key))
    for company in ctx.plan.companies:
        for reversing in (False, True):
            # A refund names the bill that it takes back, so the bill is there first.
            own = [d for d in documents if d.company == company.key and bool(d.reverses) == reversing]
            for batch in ctx.batches(own, "invoices and bills"):
                _documents(ctx, company.key, batch)
        entries = sorted(
            (e for e in ctx.plan.entries if e.company == company.key), key=lambda e: (e.day, e.key)
        )
        for batch in ctx.batches(entries, "journal entries"):
            _entries(ctx, company.key, batch)


def _documents(ctx: Context, company: str, batch: list[Document]) -> None:
    env = ctx.env(company)
    moves = env["account.move"].create([_document_vals(ctx, document) for document in batch])
    post = env["account.move"]
    for document, move in zip(batch, moves, strict=True):
        ctx.remember(document.key, move)
        if document.state == "posted":
            post |= move
    post._post(soft=False)
    _attach(ctx, batch, moves)
    for document, move in zip(batch, moves, strict=True):
        _check(document, move)


def _attach(ctx: Context, batch: list[Document], moves) -> None:
    """Attach the vendors' papers of the last month; older ones lie in the archive."""
    papers = [
        {
            "name": f"{document.label or document.key.replace('/', '-')}.txt",
            "raw": f"{document.partner}: {document.gross:.2f} {document.currency}".encode(),
            "res_model": "account.move",
            "res_id": move.id,
        }
        for document, move in zip(batch, moves, strict=True)
        if document.papers and document.kind.startswith("in_") and f"{document.day:%Y-%m}" >= ctx.plan.end
    ]
    moves.env["ir.attachment"].create(papers)


def _check(document: Document, move) -> None:
    """Stop where Odoo made something else of a document than the plan says."""
    if document.number and move.name != document.number:
        raise LoadError(f"{document.key} became {move.name}, not {document.number}")
    if move.date != document.day:
        raise LoadError(f"{document.key} is dated {move.date}, not {document.day}")
    if f"{move.amount_total:.2f}" != f"{document.gross:.2f}":
        raise LoadError(f"{document.key} has the total {move.amount_total:.2f}, not {document.gross:.2f}")


def _document_vals(ctx: Context, document: Document) -> dict:
    side = "out" if document.kind.startswith("out_") else "in"
    tax = ctx.taxes[(document.company, "sale" if side == "out" else "purchase")]
    lines = []
    for line in document.lines:
        vals = {
            "name": line.label,
            "quantity": float(line.quantity),
            "price_unit": float(line.price),
            "discount": float(line.discount),
            "account_id": ctx.account(document.company, line.account),
            "tax_ids": [(6, 0, [tax] if line.taxed else [])],
        }
        if line.product:
            vals["product_id"] = ctx.products[line.product]
        if line.order_line:
            linked = ctx.id_of(line.order_line)
            vals[_ORDER_LINE[side]] = [(6, 0, [linked])] if side == "out" else linked
        lines.append((0, 0, vals))
    vals = {
        "move_type": document.kind,
        "partner_id": ctx.partners[document.partner],
        "invoice_date": document.invoice_day,
        "date": document.day,
        "invoice_date_due": document.due,
        "invoice_payment_term_id": False,
        "currency_id": ctx.currencies[document.currency],
        "ref": document.ref or False,
        "invoice_line_ids": lines,
    }
    if document.number:
        vals["name"] = document.number
    if document.reverses:
        vals["reversed_entry_id"] = ctx.id_of(document.reverses)
    if document.state == "draft" and document.day > document.invoice_day:
        vals["auto_post"] = "at_date"
    return vals


def _entries(ctx: Context, company: str, batch: list[Entry]) -> None:
    env = ctx.env(company)
    moves = env["account.move"].create(
        [
            {
                "move_type": "entry",
                "journal_id": ctx.journals[entry.journal],
                "date": entry.day,
                "ref": entry.ref,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": ctx.account(company, line.account),
                            "name": line.label or entry.ref,
                            "balance": float(line.balance),
                            "partner_id": ctx.partners[line.partner] if line.partner else False,
                        },
                    )
                    for line in entry.lines
                ],
            }
            for entry in batch
        ]
    )
    post = env["account.move"]
    for entry, move in zip(batch, moves, strict=True):
        ctx.remember(entry.key, move)
        if entry.state == "posted":
            post |= move
    post._post(soft=False)
