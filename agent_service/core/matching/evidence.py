"""What speaks for and against a set of items as the answer to a line, apart from how the amounts fit."""

from collections.abc import Sequence

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.explanations import SCALE
from agent_service.core.matching.numbers import shape_of
from agent_service.core.matching.periods import agreement
from agent_service.core.matching.views import View

STRONG_REF = 4.0
"""From here on a number names its item by itself."""
STRONG_PARTNER = 3.0


def evidence(catalog: Catalog, view: View, items: Sequence[int]) -> dict[str, float]:
    """Return the features of number, payer and day for items, each 0 to 1."""
    made: dict[str, float] = {}
    named = [view.named.get(place) for place in items]
    tellings = sorted((one.telling for one in named if one), reverse=True)
    if tellings:
        made["ref"] = min(tellings[0] + 0.5 * sum(tellings[1:]), SCALE) / SCALE
        if any(one and one.level == "typo" for one in named):
            made["ref_typo"] = 1.0
        if len(tellings) < len(items):
            made["ref_missing_some"] = 1 - len(tellings) / len(items)
    partners = {catalog.partner[place] for place in items}
    telling = min((view.partners.get(one, ("", 0.0))[1] for one in partners), default=0.0)
    if telling > 0:
        made["payer"] = min(telling, SCALE) / SCALE
    best, how_sure = view.best_partner
    if best not in partners and how_sure >= STRONG_PARTNER and telling < how_sure - 1.0:
        made["payer_is_other"] = min(1.0, (how_sure - telling) / 6.0)
    elif not telling and view.stranger:
        made["payer_unknown"] = 1.0
    ref = tellings[0] if tellings else 0.0
    if "payer_is_other" in made and ref < STRONG_REF:
        made["payer_another"] = 1.0
    own = {one.text for one in named if one}
    left = {
        one.text: one.level
        for place, one in view.named.items()
        if one.telling >= STRONG_REF and one.level != "short" and place not in items and one.text not in own
    }
    strangers = left.keys()
    if ref < STRONG_REF and "full" in left.values():
        made["names_another"] = 1.0
    if strangers:
        weak = 1.0 if ref < STRONG_REF else 0.4
        made["names_others"] = min(3.0, weak + 0.2 * len(strangers))
        if len(strangers) > 2:
            made["leaves_many"] = 1.0
    if ref < STRONG_REF and view.unknown_numbers:
        series = {shape for place in items[:40] for shape in catalog.shapes(place)}
        if any(
            shape_of(one) in series and not any(one.endswith(text) for text in own)
            for one in view.unknown_numbers
        ):
            made["names_unknown"] = 1.0
    if not tellings and telling < STRONG_PARTNER:
        made["unsupported"] = 1.0 - telling / 6.0
    if view.months:
        agreed = [agreement(view.months, catalog.months(place)) for place in items[:40]]
        if min(agreed) > 0:
            made["month_same"] = 1.0
        elif min(agreed) < 0:
            made["month_other"] = 1.0
    days = [view.day - catalog.day[place] for place in items]
    if min(days) < -3:
        made["day_before_item"] = 1.0 if min(days) > -45 else 2.0
    late = max(view.day - catalog.due[place] for place in items)
    if late > 180:
        made["day_very_late"] = min(1.0, late / 720)
    middle = sum(abs(view.day - catalog.due[place]) for place in items) / len(items)
    made["day_near_due"] = max(0.0, 1.0 - middle / 120)
    return made


def support(features: dict[str, float]) -> float:
    """Return what number and payer prove together, in logarithms of odds."""
    return SCALE * (features.get("ref", 0.0) + features.get("payer", 0.0))
