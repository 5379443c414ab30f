"""The matcher: bank lines and open items in, one proposal for each line out, whatever the order of the input.

Texts are read once (`views`), candidates come from indexes (`catalog`). Explanations by one item, by several
and of several lines (`single`, `several`, `groups`) compete with kinds that need no item (`nothing_to_pay`)
over the whole statement (`resolve`). What is left gets "none", with the reason.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from agent_service.core.matching import confidence, doubts, wording
from agent_service.core.matching.catalog import Catalog, sort_key
from agent_service.core.matching.evidence import STRONG_REF
from agent_service.core.matching.exact import settled_at_once
from agent_service.core.matching.explanations import Explanation
from agent_service.core.matching.groups import together
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.model import (
    Alternative,
    Item,
    Key,
    Line,
    Proposal,
    Rates,
    Reason,
    Settings,
)
from agent_service.core.matching.nothing_to_pay import Verdict, classify
from agent_service.core.matching.payouts import Payouts
from agent_service.core.matching.resolve import Resolver, Taken, best_of
from agent_service.core.matching.several import Several
from agent_service.core.matching.single import Single
from agent_service.core.matching.texts import taken_apart
from agent_service.core.matching.views import Reader, View
from agent_service.core.matching.voided import voided
from agent_service.core.matching.weights import WEIGHTS

_OF_MANY = re.compile(r"(?<![0-9./-])([0-9]{1,2}) ?(?:OF|VON|DE|SUR|DI|VAN|AV|Z|/) ?([0-9]{1,2})(?![0-9./-])")
LEAST = 0.5
"""What is less probable than its contrary is not proposed: it is shown as an alternative."""
MOST_ALTERNATIVES = 3
AUTO_FROM = 0.9
"""What the weights alone find less probable is for a person: weak evidence turns out right more often on
labelled statements than in real books.
"""
SETTLED = 9.0
"""A line whose single item scores so high is not searched for sets."""


def match(
    lines: Iterable[Line],
    items: Iterable[Item],
    settings: Settings,
    rates: Rates | None = None,
    model: Learned | None = None,
) -> list[Proposal]:
    """Return proposals in which each line stands exactly once, ordered by day and id of their first line."""
    rates, model = rates or Rates(), model or Learned.default()
    ordered = sorted(lines, key=lambda line: (line.day, sort_key(line.id)))
    place = {line.id: number for number, line in enumerate(ordered)}
    at_once, ordered, items = settled_at_once(ordered, items, settings)
    found = _searched(ordered, items, settings, rates, model) if ordered or items else []
    return sorted(
        at_once + found, key=lambda one: min((place[line] for line in one.lines), default=len(place))
    )


def _searched(
    ordered: Sequence[Line], items: Sequence[Item], settings: Settings, rates: Rates, model: Learned
) -> list[Proposal]:
    verdicts = classify(ordered, settings, model, rates)
    weights = {**WEIGHTS["items"], **model.weights.get("items", {})}
    catalog = Catalog(items, settings)
    reader = Reader(catalog, settings, rates, model)
    views: list[View] = []
    single, several = Single(reader, settings, weights), Several(reader, settings, weights)
    payouts = Payouts(catalog, weights)
    explanations: list[Explanation] = []
    wanting = []
    for place, line in enumerate(ordered):
        view = reader.view(line)
        views.append(view)
        found = single.explain(place, view) if view.line.amount else []
        best = max((one.score for one in found if one.how == "exact" or _named(one)), default=0.0)
        if view.line.amount and (best < SETTLED or len(view.named) > 1):
            found += several.explain(place, view, best)
        wanting.append(best < SETTLED)
        found = best_of(found)
        explanations += found
        payouts.look(place, view)
        view.forget(catalog, {item for one in found for item in one.items})
    del single, several
    explanations += together(catalog, views, weights, wanting)
    explanations += payouts.explained(views)
    explanations += voided(catalog, weights)
    explanations += _without_items(ordered, views, verdicts)
    resolver = Resolver(explanations, views)
    taken = resolver.resolve(LEAST)
    return _proposals(catalog, views, resolver, taken, settings, model)


def _named(one: Explanation) -> bool:
    """Tell whether a number names the item by itself, whatever the amount says."""
    return one.features.get("ref", 0.0) >= 0.4 and not one.partial


def _without_items(
    lines: Sequence[Line], views: Sequence[View], verdicts: Mapping[Key, Verdict]
) -> list[Explanation]:
    """Return what the lines are when they pay no item, as explanations that compete with the others."""
    places = {line.id: place for place, line in enumerate(lines)}
    made: dict[tuple, Explanation] = {}
    for verdict in verdicts.values():
        own = tuple(sorted(places[one] for one in verdict.lines))
        made[own, verdict.kind] = Explanation(
            own,
            (),
            verdict.kind,
            dict(verdict.features),
            score=confidence.logit(verdict.probability) - _documents_named(verdict, own, views),
            reasons=verdict.reasons,
            account=verdict.account,
            how="without_items",
        )
    return [made[key] for key in sorted(made)]


def _documents_named(verdict: Verdict, places: Sequence[int], views: Sequence[View]) -> float:
    """Return what speaks against a line without items: it names open documents, or a number of our series."""
    if len(places) > 1 or "learned" in verdict.features:
        return 0.0
    view = views[places[0]]
    if any(one.telling >= STRONG_REF and one.level == "full" for one in view.named.values()):
        return 4.0
    return 2.0 if view.unknown_numbers else 0.0


def _proposals(
    catalog: Catalog,
    views: Sequence[View],
    resolver: Resolver,
    taken: Sequence[Taken],
    settings: Settings,
    model: Learned,
) -> list[Proposal]:
    by_line: dict[int, Proposal] = {}
    free: list[Proposal] = []
    used: dict[int, int] = {}
    for one in taken:
        proposal = _proposal(catalog, views, one, settings, model)
        if not one.explanation.lines:
            free.append(proposal)
            continue
        by_line[one.explanation.lines[0]] = proposal
        used |= dict.fromkeys(one.explanation.items, one.explanation.lines[0])
    done = {line for one in taken for line in one.explanation.lines}
    for place, view in enumerate(views):
        if place not in done:
            by_line[place] = _none(catalog, view, place, resolver, used, views)
    return [by_line[place] for place in sorted(by_line)] + free


def _proposal(
    catalog: Catalog, views: Sequence[View], one: Taken, settings: Settings, model: Learned
) -> Proposal:
    explanation = one.explanation
    stated = doubts.stated(one, model)
    band = confidence.band(stated, settings)
    if band == "auto" and (
        one.probability < AUTO_FROM
        or doubts.for_a_person(explanation)
        or doubts.one_of_sets(one)
        or doubts.tied(one)
        or doubts.unnamed_and_contested(one)
        or (explanation.partial and (one.contested or _one_of_many(explanation, views)))
    ):
        band = "review"
    said = explanation.reasons or wording.reasons(catalog, views, explanation, settings)
    if one.contested:
        said += (Reason("contested", "Another bank line fits the same item"),)
    if doubts.came_near(one):
        said += (Reason("ambiguous", "Another explanation fits nearly as well"),)
    return Proposal(
        lines=tuple(views[place].line.id for place in explanation.lines),
        items=_ids(catalog, explanation.items),
        kind=explanation.kind,
        confidence=stated,
        band=band,
        write_offs=explanation.write_offs,
        reasons=said,
        alternatives=_alternatives(catalog, one.rivals),
        account=explanation.account,
    )


def _one_of_many(explanation: Explanation, views: Sequence[View]) -> bool:
    """Tell whether a partial payment's text says that it is one of several ("2 of 3", "Rate 1/4")."""
    found = _OF_MANY.findall(taken_apart(views[explanation.lines[0]].line.label).plain)
    return any(1 <= int(number) <= int(count) and int(count) > 1 for number, count in found)


def _ids(catalog: Catalog, places: Iterable[int]) -> tuple[Key, ...]:
    return tuple(catalog.items[place].id for place in sorted(places))


def _alternatives(catalog: Catalog, rivals: Sequence[tuple[Explanation, float]]) -> tuple[Alternative, ...]:
    made: dict[tuple, Alternative] = {}
    for rival, share in rivals:
        items = _ids(catalog, rival.items)
        if items and share >= 0.001 and items not in made and len(made) < MOST_ALTERNATIVES:
            made[items] = Alternative(items, confidence.stated(share), rival.how, rival.write_offs)
    return tuple(made.values())


def _none(
    catalog: Catalog,
    view: View,
    place: int,
    resolver: Resolver,
    used: dict[int, int],
    views: Sequence[View],
) -> Proposal:
    left = resolver.best_left(place)
    best = left[0] if left else None
    if not view.line.amount:
        reason = Reason("amount_zero", "The line moves no money")
    elif best is None:
        reason = Reason("nothing_found", "No open item and no known kind of payment explains the line")
    elif best[0].items and all(item in used for item in best[0].items):
        other = views[used[best[0].items[0]]].line
        reason = Reason(
            "item_taken",
            "What fits is paid by another bank line; was it paid twice?",
            f"{other.day}: {other.id}",
        )
    elif len(left) > 1 and left[1][1] > 0.5 * best[1]:
        reason = Reason("ambiguous", "Several explanations fit equally well", str(len(left)))
    else:
        reason = Reason("too_weak", "What fits best is less probable than that it is something else")
    sure = 1.0 - (best[1] if best and reason.code != "item_taken" else 0.0)
    return Proposal(
        lines=(view.line.id,),
        items=(),
        kind="none",
        confidence=confidence.stated(max(sure, 0.05)),
        band="ask",
        reasons=(reason,),
        alternatives=_alternatives(catalog, left),
    )
