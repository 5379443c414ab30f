"""Orders, deliveries and receipts."""

from collections import defaultdict

from agent_service.sample.documents import Order, Transfer
from agent_service.sample.load.context import Context, LoadError


def load(ctx: Context) -> None:
    """Create and confirm the orders, then move the goods in rounds: all first transfers, all second ones."""
    for kind, create in (("sale", _sales), ("purchase", _purchases)):
        orders = [order for order in ctx.plan.orders if order.kind == kind]
        for batch in ctx.batches(orders, f"{kind} orders", 50):
            create(ctx, batch)
    rounds = max((len(order.transfers) for order in ctx.plan.orders), default=0)
    for number in range(rounds):
        moving = [
            (order, order.transfers[number]) for order in ctx.plan.orders if len(order.transfers) > number
        ]
        going = [(order, transfer) for order, transfer in moving if not transfer.sent_back]
        for batch in ctx.batches(going, "deliveries and receipts", 50):
            _move(ctx, batch)
        for order, transfer in moving:
            if transfer.sent_back:
                _send_back(ctx, order, transfer)
                ctx.step(1, "returns")


def _noon(order: Order) -> str:
    return f"{order.day.isoformat()} 16:00:00"


def _sales(ctx: Context, orders: list[Order]) -> None:
    env = ctx.env("trading")
    pricelists = {name: _pricelist(ctx, env, name) for name in {order.currency for order in orders}}
    tax = ctx.taxes[("trading", "sale")]
    records = env["sale.order"].create(
        [
            {
                "partner_id": ctx.partners[order.partner],
                "date_order": _noon(order),
                "pricelist_id": pricelists[order.currency],
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": ctx.products[line.product],
                            "name": line.label,
                            "product_uom_qty": float(line.quantity),
                            "price_unit": float(line.price),
                            "discount": float(line.discount),
                            "tax_ids": [(6, 0, [tax] if line.taxed else [])],
                        },
                    )
                    for line in order.lines
                ],
            }
            for order in orders
        ]
    )
    _note(ctx, orders, records)
    confirmed = records.filtered(
        lambda r: r.id in {ctx.id_of(order.key) for order in orders if order.state == "confirmed"}
    )
    confirmed.action_confirm()
    for order, record in zip(orders, records, strict=True):
        record.date_order = _noon(order)


def _pricelist(ctx: Context, env, currency: str) -> int:
    key = f"pricelist:{currency}"
    if key not in ctx.loaded:
        record = env["product.pricelist"].create(
            {"name": f"Prices in {currency}", "currency_id": ctx.currencies[currency]}
        )
        ctx.remember(key, record)
    return ctx.id_of(key)


def _purchases(ctx: Context, orders: list[Order]) -> None:
    env = ctx.env("trading")
    tax = ctx.taxes[("trading", "purchase")]
    records = env["purchase.order"].create(
        [
            {
                "partner_id": ctx.partners[order.partner],
                "date_order": _noon(order),
                "currency_id": ctx.currencies[order.currency],
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": ctx.products[line.product],
                            "name": line.label,
                            "product_qty": float(line.quantity),
                            "price_unit": float(line.price),
                            "discount": float(line.discount),
                            "date_planned": _noon(order),
                            "tax_ids": [(6, 0, [tax] if line.taxed else [])],
                        },
                    )
                    for line in order.lines
                ],
            }
            for order in orders
        ]
    )
    _note(ctx, orders, records)
    records.button_confirm()
    for order, record in zip(orders, records, strict=True):
        record.write({"date_order": _noon(order), "date_approve": _noon(order)})


def _note(ctx: Context, orders: list[Order], records) -> None:
    for order, record in zip(orders, records, strict=True):
        ctx.remember(order.key, record)
        for line, line_record in zip(order.lines, record.order_line.sorted("id"), strict=True):
            ctx.remember(line.key, line_record)


def _open_moves(ctx: Context, order: Order, transfer: Transfer):
    """Return the open stock moves of an order's lines, each with the quantity that this transfer moves."""
    model = "sale.order.line" if order.kind == "sale" else "purchase.order.line"
    found = []
    for line in order.lines:
        quantity = transfer.quantities.get(line.key)
        if not quantity:
            continue
        moves = (
            ctx.env("trading")[model]
            .browse(ctx.id_of(line.key))
            .move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        )
        if len(moves) != 1:
            raise LoadError(f"{line.key}: {len(moves)} open stock moves where one is expected")
        found.append((moves, float(quantity)))
    return found


def _move(ctx: Context, batch: list[tuple[Order, Transfer]]) -> None:
    env = ctx.env("trading")
    pickings = env["stock.picking"]
    dated = defaultdict(lambda: env["stock.move"])
    for order, transfer in batch:
        for move, quantity in _open_moves(ctx, order, transfer):
            move.quantity = quantity
            move.picked = True
            pickings |= move.picking_id
            dated[transfer.at] |= move
    pickings._action_done()
    _date(dated)


def _date(dated) -> None:
    """Give done moves the day on which they happened, as a data loader does."""
    for at, moves in dated.items():
        if set(moves.mapped("state")) != {"done"}:
            raise LoadError(f"stock moves of {at} are not done")
        moves.write({"date": at})
        moves.move_line_ids.write({"date": at})
        moves.picking_id.write({"date_done": at})


def _send_back(ctx: Context, order: Order, transfer: Transfer) -> None:
    """Return received goods to the vendor, for refund."""
    env = ctx.env("trading")
    for line in order.lines:
        quantity = transfer.quantities.get(line.key)
        if not quantity:
            continue
        received = (
            env["purchase.order.line"]
            .browse(ctx.id_of(line.key))
            .move_ids.filtered(lambda move: move.state == "done")[:1]
        )
        wizard = (
            env["stock.return.picking"]
            .with_context(active_id=received.picking_id.id, active_model="stock.picking")
            .create({"picking_id": received.picking_id.id})
        )
        for row in wizard.product_return_moves:
            row.write({"quantity": float(-quantity) if row.move_id == received else 0.0, "to_refund": True})
        action = wizard.action_create_returns()
        picking = env["stock.picking"].browse(action["res_id"])
        for move in picking.move_ids:
            move.quantity, move.picked = float(-quantity), True
        picking._action_done()
        _date({transfer.at: picking.move_ids})
