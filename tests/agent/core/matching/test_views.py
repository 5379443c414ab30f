"""What a line keeps when the search for its candidates is over: a large statement has many lines."""

from datetime import date

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.model import Item, Line, Rates, Settings
from agent_service.core.matching.views import NAMED_FROM, Reader

DAY = date(2026, 10, 5)


def viewed(label, **more):
    """Return a catalog of 400 items of 200 partners, and what a line says of them."""
    items = [
        Item(
            n, DAY, 1000 + n, "EUR", 1000 + n, move_name=f"INV/2026/{n:05d}",
            ref=f"{n % 10:03d}", partner_id=n % 200, partner_name=f"Firma{n % 200:03d} Handel",
        )
        for n in range(400)
    ]  # fmt: skip
    settings = Settings("EUR")
    catalog = Catalog(items, settings)
    reader = Reader(catalog, settings, Rates(), Learned.default())
    return catalog, reader.view(Line(1, DAY, 1007, "EUR", label, **more))


def test_a_view_keeps_what_names_an_item_and_lets_go_of_the_rest():
    catalog, view = viewed("INV/2026/00007 AND 005")
    weak = {item for item, one in view.named.items() if one.telling < NAMED_FROM}
    assert len(weak) > 10, "many items share the short reference"
    view.forget(catalog, {min(weak)})
    assert {7, min(weak)} <= view.named.keys(), "what names it, and what explains it"
    assert not (weak - {min(weak)}) & view.named.keys()
    assert (view.windows, view.texts, view.text.runs) == ((), (), ())


def test_a_view_keeps_what_is_named_of_the_payer_for_lines_that_pay_one_item_together():
    catalog, view = viewed("005", partner_name="Firma005 Handel")
    theirs = {item for item in view.named if catalog.partner[item] == catalog.partner[5]}
    assert theirs
    view.forget(catalog, ())
    assert theirs <= view.named.keys()
