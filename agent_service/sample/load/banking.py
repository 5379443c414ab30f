"""Bank statements of the months that are already reconciled."""

from agent_service.sample.documents import BankLine
from agent_service.sample.load.context import Context, LoadError


def load(ctx: Context) -> None:
    """Create the statements' lines with their counterparts and reconcile them with what they pay."""
    by_key = {line.key: line for line in ctx.plan.bank_lines}
    loaded = [statement for statement in ctx.plan.statements if statement.loaded]
    lines = [
        by_key[key]
        for statement in sorted(loaded, key=lambda s: (s.journal, s.month))
        for key in statement.lines
    ]
    for company in ctx.plan.companies:
        own = [line for line in lines if line.company == company.key]
        for batch in ctx.batches(own, "bank lines"):
            _lines(ctx, company.key, batch)
    for statement in loaded:
        env = ctx.env(statement.company)
        record = env["account.bank.statement"].create(
            {
                "name": f"{statement.journal.upper()}-{statement.month}",
                "balance_start": float(statement.start),
                "balance_end_real": float(statement.end),
                "line_ids": [(6, 0, [ctx.id_of(key) for key in statement.lines])],
            }
        )
        ctx.remember(f"statement:{statement.key}", record)
    ctx.step(len(ctx.plan.bank_lines) - len(lines), "bank statements")


def _lines(ctx: Context, company: str, batch: list[BankLine]) -> None:
    env = ctx.env(company)
    records = env["account.bank.statement.line"].create([_line_vals(ctx, line) for line in batch])
    pairs = []
    for line, record in zip(batch, records, strict=True):
        ctx.remember(line.key, record)
        made = record.move_id.line_ids.sorted("id")[1:]
        if not line.settled:
            continue
        for part, counterpart in zip(line.counterparts, made, strict=True):
            if part.item:
                pairs.append(counterpart | _item(ctx, env, part.item, part.account, company))
    if pairs:
        env["account.move.line"]._reconcile_plan(pairs)
        left = [pair for pair in pairs if not all(line.reconciled for line in pair)]
        if left:
            raise LoadError(
                f"{len(left)} bank lines were not fully reconciled, such as {left[0].mapped('name')}"
            )


def _item(ctx: Context, env, key: str, code: str, company: str):
    """Return the open journal item of a document or entry on an account."""
    account = ctx.account(company, code)
    found = (
        env["account.move"]
        .browse(ctx.id_of(key))
        .line_ids.filtered(lambda line: line.account_id.id == account)
    )
    if len(found) != 1:
        raise LoadError(f"{key}: {len(found)} items on account {code} where one is expected")
    return found


def _line_vals(ctx: Context, line: BankLine) -> dict:
    env = ctx.env(line.company)
    journal = env["account.journal"].browse(ctx.journals[line.journal])
    company = ctx.companies[line.company]
    currency = journal.currency_id or company.currency_id
    partner = ctx.partners[line.partner] if line.partner else False
    vals = {
        "journal_id": journal.id,
        "date": line.day,
        "payment_ref": line.label,
        "amount": float(line.amount),
        "partner_id": partner,
        "partner_name": line.partner_name or False,
        "account_number": line.bank_number or False,
        "ref": line.end_to_end,
    }
    if line.foreign_currency:
        vals["foreign_currency_id"] = ctx.currencies[line.foreign_currency]
        vals["amount_currency"] = float(line.foreign_amount)
    if not line.settled:
        return vals
    amount = float(line.amount)
    balance = currency._convert(amount, company.currency_id, company, line.day)
    common = {"partner_id": partner, "currency_id": currency.id}
    made = [
        {
            **common,
            "name": line.label,
            "account_id": journal.default_account_id.id,
            "amount_currency": amount,
            "balance": balance,
        }
    ]
    for part in line.counterparts:
        own = {
            **common,
            "name": part.label or line.label,
            "account_id": ctx.account(line.company, part.account),
        }
        if line.foreign_currency:
            own.update(
                currency_id=ctx.currencies[line.foreign_currency],
                amount_currency=-float(line.foreign_amount),
                balance=-balance,
            )
        elif journal.currency_id:
            own.update(amount_currency=-amount, balance=-balance)
        else:
            own.update(amount_currency=float(part.amount), balance=float(part.amount))
        made.append(own)
    vals["line_ids"] = [(0, 0, row) for row in made]
    return vals
