"""Explanations of several lines by one item: instalments and parts that add up to what is open."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import comb, log

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.evidence import STRONG_REF, evidence
from agent_service.core.matching.explanations import SCALE, Explanation, Part, scored, written_off
from agent_service.core.matching.single import LEAST_CHANCE
from agent_service.core.matching.subsets import adding_up
from agent_service.core.matching.views import NAMED_FROM, PAYER_FROM, View

MOST_LINES = 16
MOST_DAYS = 120


def together(
    catalog: Catalog, views: Sequence[View], weights: Mapping[str, float], open_lines: Sequence[bool]
) -> Iterator[Explanation]:
    """Yield explanations of two or more lines by one item; `open_lines` tells which lines want one."""
    by_item: dict[int, list[int]] = defaultdict(list)
    by_partner: dict[int, list[int]] = defaultdict(list)
    for place, view in enumerate(views):
        for item, named in view.named.items():
            if named.telling >= NAMED_FROM:
                by_item[item].append(place)
        if open_lines[place]:
            partner, telling = view.best_partner
            if telling >= PAYER_FROM:
                by_partner[partner].append(place)
    for item, places in sorted(by_item.items()):
        if 2 <= len(places) <= MOST_LINES:
            yield from _of_item(catalog, views, weights, item, places, "several_lines")
    for item, places in sorted(by_item.items()):
        # Another part may have come without the number: from the same payer, naming nothing else.
        one = catalog.items[item]
        partner = catalog.partner[item]
        more = [
            place
            for place in by_partner.get(partner, ())
            if place not in places and not _names_another(views[place], item)
        ]
        both = sorted(places + more)
        if partner >= 0 and more and one.residual_currency and 2 <= len(both) <= MOST_LINES:
            yield from _of_item(catalog, views, weights, item, both, "several_lines_mixed")
    for partner, places in sorted(by_partner.items()):
        if 2 <= len(places) <= MOST_LINES and len(catalog.of_partner[partner]) <= 200:
            for item in catalog.of_partner[partner]:
                if item not in by_item or len(by_item[item]) < 2:
                    yield from _of_item(catalog, views, weights, item, places, "several_lines_found")


def _names_another(view: View, item: int) -> bool:
    return any(other != item and one.telling >= STRONG_REF for other, one in view.named.items())


def _of_item(
    catalog: Catalog,
    views: Sequence[View],
    weights: Mapping[str, float],
    item: int,
    places: Sequence[int],
    how: str,
) -> Iterator[Explanation]:
    one = catalog.items[item]
    paid = []
    for place in places:
        amount = dict(views[place].faces).get(one.currency)
        if (
            amount
            and (amount < 0) == (one.residual_currency < 0)
            and abs(amount) < abs(one.residual_currency)
            and abs(views[place].day - catalog.due[item]) <= MOST_DAYS + 60
        ):
            paid.append((place, amount))
    if len(paid) < 2:
        return
    amounts = [amount for _place, amount in paid]
    targets: list[tuple[int, tuple[Part, ...]]] = [(one.residual_currency, ())]
    if one.discount is not None and one.discount != one.residual_currency:
        targets.append((one.discount, (Part("discount", one.residual_currency - one.discount),)))
    for target, parts in targets:
        for chosen in adding_up(amounts, target, 3):
            lines = tuple(paid[at][0] for at in chosen)
            features = _features(catalog, [views[place] for place in lines], item)
            features[how] = 1.0
            if parts:
                features["write_off_discount"] = 1.0
            sets = sum(comb(len(paid), size) for size in range(2, len(chosen) + 1))
            chance = sets * (4 if how == "several_lines_found" else 1) / max(abs(target) / 2, 1.0)
            features["amount"] = min(1.0, log(4.0 / max(chance, LEAST_CHANCE)) / SCALE)
            write_offs = written_off(catalog, [views[place] for place in lines], (item,), parts)
            yield scored(Explanation(lines, (item,), "items", features, write_offs, how=how), weights)


def _features(catalog: Catalog, views: Sequence[View], item: int) -> dict[str, float]:
    """Return what speaks for the item on every line: the weakest for it, the worst against it."""
    each = [evidence(catalog, view, (item,)) for view in views]
    made: dict[str, float] = {}
    for name in sorted({name for one in each for name in one}):
        values = [one.get(name, 0.0) for one in each]
        if name == "ref":
            made[name] = sum(values) / len(values)
        else:
            made[name] = min(values) if name in ("payer", "day_near_due") else max(values)
    return made
