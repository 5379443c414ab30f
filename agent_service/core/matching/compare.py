"""Two versions side by side on months that neither was trained on, and the card of a version."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agent_service.core.matching.history import Past, read
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.learning import DEFAULT_SETTINGS, answers
from agent_service.core.matching.model import Rates, Settings


@dataclass(frozen=True)
class Figures:
    """How a version does on rows of one kind: rows, right and wrong proposals, and those it calls sure."""

    rows: int
    right: int
    wrong: int
    auto: int
    auto_wrong: int

    @property
    def precision(self) -> float | None:
        """Return the share of right ones among what was proposed; None without a proposal."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """Return the share of rows that were proposed rightly; None without rows."""
        return self.right / self.rows if self.rows else None


def compare(
    current: Learned,
    candidate: Learned,
    held_out: Sequence[Mapping[str, Any]],
    settings: Settings = DEFAULT_SETTINGS,
    rates: Rates | None = None,
) -> dict[str, dict[str, Figures]]:
    """Return figures by kind of line ("all" for the whole) and version ("current", "candidate")."""
    rows = read(held_out, settings)
    made: dict[str, dict[str, Figures]] = {}
    for name, version in (("current", current), ("candidate", candidate)):
        told = {one["id"]: one for one in answers(held_out, version, settings, rates) if one}
        for kind, figures in measured(rows, told).items():
            made.setdefault(kind, {})[name] = figures
    return dict(sorted(made.items(), key=lambda pair: (pair[0] != "all", pair[0])))


def measured(rows: Sequence[Past], told: Mapping[Any, Mapping[str, Any]]) -> dict[str, Figures]:
    """Return a version's figures by the kind that people booked; what they only refused is "refused"."""
    groups: dict[str, list[Past]] = {"all": list(rows)}
    for row in rows:
        groups.setdefault(_kind(row), []).append(row)
    return {kind: _figures(group, told) for kind, group in groups.items()}


def _kind(row: Past) -> str:
    return (row.booked.kind or "account") if row.booked else "refused"


def _figures(rows: Sequence[Past], told: Mapping[Any, Mapping[str, Any]]) -> Figures:
    right = wrong = auto = auto_wrong = 0
    for row in rows:
        answer = told.get(row.id)
        if answer is None or answer["kind"] == "none":
            right += _none_is_right(row, answer)
            continue
        good = agrees(row, answer)
        right, wrong = right + good, wrong + (not good)
        if answer["band"] == "auto":
            auto, auto_wrong = auto + 1, auto_wrong + (not good)
    return Figures(len(rows), right, wrong, auto, auto_wrong)


def _none_is_right(row: Past, answer: Mapping[str, Any] | None) -> bool:
    return answer is not None and row.booked is None


def agrees(row: Past, answer: Mapping[str, Any]) -> bool:
    """Tell whether an answer is what people booked; of what they only refused, that it isn't that again."""
    if row.booked is not None:
        return _same(row.booked.items, row.booked.kind, answer)
    return row.proposed is None or not _same(row.proposed.items, row.proposed.kind, answer)


def _same(items: Sequence[Any], kind: str, answer: Mapping[str, Any]) -> bool:
    if items or answer["items"]:
        return set(items) == set(answer["items"])
    return kind == answer["kind"]


def card(
    learned: Learned, figures: Mapping[str, Mapping[str, Figures]] | None = None, made_on: str = ""
) -> str:
    """Return a version's card: what it was trained on, when, what it knows and how well it does per kind."""
    trained = learned.trained
    lines = [f"# Matcher version {learned.digest}", ""]
    if made_on:
        lines.append(f"Made on {made_on}.")
    if trained.get("rows"):
        decisions = ", ".join(f"{count} {name}" for name, count in trained["decisions"].items())
        kinds = ", ".join(f"{count} {name}" for name, count in trained["kinds"].items())
        lines += [
            f"Trained on {trained['rows']} decisions, {trained['from']} to {trained['to']} ({decisions}).",
            f"Booked as: {kinds or 'nothing'}. It starts from version {trained['after']}.",
        ]
    else:
        lines.append("The published version: nothing of this company was learned.")
    lines += [
        "",
        (
            f"It knows {len(learned.aliases)} names, accounts and texts of payers, and"
            f" {len(learned.counterparts)} of lines that need an account and no item."
        ),
        _changed(learned),
    ]
    if figures:
        lines += ["", "| kind | rows | right now | right then | wrong now | wrong then | sure, wrong then |"]
        lines += ["|---|---:|---:|---:|---:|---:|---:|"]
        for kind, both in figures.items():
            now, then = both["current"], both["candidate"]
            lines.append(
                f"| {kind} | {then.rows} | {now.right} | {then.right} | {now.wrong} | {then.wrong}"
                f" | {then.auto_wrong} of {then.auto} |"
            )
    lines += [
        "",
        (
            "What it can't know: payers and texts that never occurred, and habits that changed since."
            " It proposes; people decide. Names stay inside the company's own database and files."
        ),
    ]
    return "\n".join(lines) + "\n"


def _changed(learned: Learned) -> str:
    if not learned.weights and not learned.curves:
        return "Weights and confidences are the published ones."
    parts = [f"{len(one)} weights of {family}" for family, one in sorted(learned.weights.items())]
    parts += [f"the confidences of {family}" for family in sorted(learned.curves)]
    return f"Its own: {', '.join(parts)}; the rest is published."


def rows_of(figures: Mapping[str, Mapping[str, Figures]]) -> list[dict[str, Any]]:
    """Return figures as plain rows, for a file or a table."""
    return [
        {"kind": kind, "version": name, **asdict(one)}
        for kind, both in figures.items()
        for name, one in both.items()
    ]
