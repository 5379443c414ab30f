"""What `ai-close match` and `ai-close match evaluate` print."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent_service.core.matching.evaluation import CaseScore, Evaluation, Score
from agent_service.match_files.matching import Matched

_MOST = 20


def summary(done: Matched) -> dict[str, Any]:
    """Return what a matching came to, for a program."""
    return {
        "lines": done.lines,
        "items": done.items,
        "proposals": len(done.proposals),
        "kinds": dict(sorted(Counter(one.kind for one in done.proposals).items())),
        "bands": dict(sorted(Counter(one.band for one in done.proposals if one.kind != "none").items())),
        "skipped_rows": list(done.skipped),
    }


def told(done: Matched, out: Path) -> str:
    """Return what a matching came to, for people."""
    counts = summary(done)
    bands = ", ".join(f"{counts['bands'].get(name, 0)} {name}" for name in ("auto", "review", "ask"))
    kinds = ", ".join(f"{number} {name}" for name, number in counts["kinds"].items())
    return (
        f"{done.lines} lines, {done.items} open items; proposals: {bands}.\n"
        f"Kinds: {kinds or 'no line, no proposal'}.\n"
        f"All proposals are in {out}."
    )


def figures(found: Evaluation) -> dict[str, Any]:
    """Return an evaluation for a program; shares are rounded to six digits, null where nothing divides."""
    return {
        "total": _score(found.total),
        "kinds": {name: _score(one) for name, one in found.kinds.items()},
        "shapes": {name: _score(one) for name, one in found.shapes.items()},
        "cases": {name: _case(one) for name, one in found.cases.items()},
        "auto": {
            "lines": found.auto.proposed,
            "wrong": found.auto_wrong,
            "precision": _rounded(found.auto.precision),
            "coverage": _rounded(found.auto.recall),
        },
        "many_to_one": _score(found.many_to_one),
        "coverage_at_precision": {name: _rounded(one) for name, one in found.coverage.items()},
        "calibration": {
            "error": _rounded(found.calibration_error),
            "by_chance": _rounded(found.calibration_floor),
            "lines": sum(one.lines for one in found.bins),
            "bins": [
                {"from": one.low, "to": one.high, "lines": one.lines,
                 "confidence": _rounded(one.confidence), "right": _rounded(one.right)}
                for one in found.bins
            ],
        },
        "lines_in_two_proposals": list(found.twice),
        "lines_without_proposal": list(found.missing),
    }  # fmt: skip


def report(found: Evaluation) -> str:
    """Return an evaluation as a text of tables."""
    told = [
        _table("kind", found.kinds),
        _table("items, in detail", {name: one for name, one in found.shapes.items() if "line" in name}),
    ]
    if found.cases:
        told.append(_cases(found))
    told.append("\n".join(_lines(found)))
    return "\n\n".join(told)


def _lines(found: Evaluation) -> list[str]:
    total, auto = found.total, found.auto
    three = f"precision {_share(total.precision)}, recall {_share(total.recall)}, F1 {_share(total.f1)}"
    surely = f"precision {_share(auto.precision)}, coverage {_share(auto.recall)}"
    at_99, at_999 = _share(found.coverage["99%"]), _share(found.coverage["99.9%"])
    error, chance = _share(found.calibration_error), _share(found.calibration_floor)
    judged = sum(one.lines for one in found.bins)
    rows = [
        f"all but none: {three} ({total.true} lines have an answer)",
        f"auto: {auto.proposed} lines, {found.auto_wrong} wrong, {surely}",
        f"one payment for several items: recall {_share(found.many_to_one.recall)}",
        f"coverage at 99 % precision {at_99}, at 99.9 % {at_999}",
        f"calibration error, confidence 0.5 to 0.99: {error} over {judged} lines (chance alone: {chance})",
    ]
    rows += [
        f"  {one.low:.2f} to {one.high:.2f}: {one.lines:6} lines, confidence {one.confidence:.3f}, "
        f"right {one.right:.3f}"
        for one in found.bins
    ]
    for what, which in (("two proposals", found.twice), ("no proposal", found.missing)):
        if which:
            some = ", ".join(str(one) for one in which[:_MOST])
            rows.append(f"lines in {what}: {len(which)} ({some})")
    return rows


def _table(title: str, scores: Mapping[str, Score]) -> str:
    width = max([len(title), *(len(name) for name in scores)])
    rows = [
        f"{title:{width}}  {'true':>7} {'proposed':>8} {'right':>7} {'precision':>9} {'recall':>7} {'F1':>7}"
    ]
    rows += [
        f"{name:{width}}  {one.true:7} {one.proposed:8} {one.right:7} {_share(one.precision):>9} "
        f"{_share(one.recall):>7} {_share(one.f1):>7}"
        for name, one in scores.items()
    ]
    return "\n".join(rows)


def _cases(found: Evaluation) -> str:
    width = max(len(name) for name in [*found.cases, "case"])
    rows = [f"{'case':{width}}  {'true':>7} {'right':>7} {'recall':>7} {'auto':>7} {'auto wrong':>10}"]
    rows += [
        f"{name:{width}}  {one.true:7} {one.right:7} "
        f"{_share(_part(one)):>7} {one.auto_right:7} {one.auto_wrong:10}"
        for name, one in found.cases.items()
    ]
    return "\n".join(rows)


def _score(one: Score) -> dict[str, Any]:
    return {
        "true": one.true, "proposed": one.proposed, "right": one.right,
        "precision": _rounded(one.precision), "recall": _rounded(one.recall), "f1": _rounded(one.f1),
    }  # fmt: skip


def _case(one: CaseScore) -> dict[str, Any]:
    return {
        "true": one.true, "right": one.right, "recall": _rounded(_part(one)),
        "auto_right": one.auto_right, "auto_wrong": one.auto_wrong,
    }  # fmt: skip


def _part(one: CaseScore) -> float | None:
    return one.right / one.true if one.true else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
