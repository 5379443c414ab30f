"""Partners with their bank accounts, products with their stock."""

from agent_service.sample.load.context import Context
from agent_service.sample.months import Month

STOCK_PER_MONTH = 3000


def load(ctx: Context) -> None:
    """Create partners and products of the plan."""
    _partners(ctx)
    _products(ctx)
    ctx.step(len(ctx.plan.partners), "partners and products")


def _partners(ctx: Context) -> None:
    env = ctx.env()
    wanted = [partner for partner in ctx.plan.partners if partner.key not in ctx.partners]
    countries = {
        code: env["res.country"].search([("code", "=", code)], limit=1).id
        for code in {partner.country for partner in wanted}
    }
    records = env["res.partner"].create(
        [
            {
                "name": partner.name,
                "ref": partner.ref,
                "is_company": partner.is_company,
                "country_id": countries[partner.country],
            }
            for partner in wanted
        ]
    )
    for partner, record in zip(wanted, records, strict=True):
        ctx.partners[partner.key] = record.id
        ctx.remember(f"partner:{partner.key}", record)
    env["res.partner.bank"].create(
        [
            {"acc_number": partner.bank_number, "partner_id": ctx.partners[partner.key]}
            for partner in wanted
            if partner.account_known and partner.bank_number
        ]
    )


def _products(ctx: Context) -> None:
    env = ctx.env()
    category = env["product.category"].create({"name": "Homeware", "property_valuation": "periodic"})
    records = env["product.product"].create(
        [
            {
                "name": product.name,
                "default_code": product.code,
                "type": "consu",
                "is_storable": True,
                "list_price": float(product.price),
                "standard_price": float(product.cost),
                "categ_id": category.id,
                "property_account_expense_id": ctx.account("trading", product.expense),
                "property_account_income_id": ctx.account("trading", product.income),
                "taxes_id": [(6, 0, [ctx.taxes[("trading", "sale")]])],
                "supplier_taxes_id": [(6, 0, [ctx.taxes[("trading", "purchase")]])],
                "purchase_method": product.purchase_method,
                "invoice_policy": "delivery",
            }
            for product in ctx.plan.products
        ]
    )
    for product, record in zip(ctx.plan.products, records, strict=True):
        ctx.products[product.key] = record.id
        ctx.remember(f"product:{product.key}", record)
    ctx.remember("stock", ctx.companies["trading"].account_stock_valuation_id)
    _opening_stock(ctx, records)


def _opening_stock(ctx: Context, products) -> None:
    """Put goods on the shelf before the first full month, so that nothing is sold that is not there."""
    env = ctx.env()
    warehouse = env["stock.warehouse"].search([("company_id", "=", ctx.companies["trading"].id)], limit=1)
    quants = (
        env["stock.quant"]
        .with_context(inventory_mode=True)
        .create(
            [
                {
                    "product_id": product.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "inventory_quantity": STOCK_PER_MONTH * ctx.plan.scale * ctx.plan.months,
                }
                for product in products
            ]
        )
    )
    quants.action_apply_inventory()
    moves = env["stock.move"].search([("product_id", "in", products.ids), ("state", "=", "done")])
    day = f"{Month.parse(ctx.plan.full[0]).plus(-1).end.isoformat()} 12:00:00"
    moves.write({"date": day})
    moves.move_line_ids.write({"date": day})
