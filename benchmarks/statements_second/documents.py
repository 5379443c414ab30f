"""One document of a partner, and what a payer quotes of it."""


def document(world, *, sell=None, partner=None, minor=None, currency=None, day=None, back=(5, 60), **more):
    """Return a partner, a line's day and a document of it; half again as many sales as purchases."""
    rng = world.rng
    sell = rng.random() < 0.62 if sell is None else sell
    partner = partner or world.partner()
    day = day or world.day()
    minor = minor or world.amount()
    item = world.item(
        partner, world.before(day, *back), minor if sell else -minor, sell=sell, currency=currency, **more
    )
    return partner, day, item, sell


def quoted(world, item, sell):
    """Return what a payer quotes: our number, or the vendor's own."""
    if not sell:
        return item["ref"]
    return item["move_name"]
