"""What people see of a result: tables in words, narrow enough for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from agent_service.doctor import FAIL, OK, WARN, Check

# What a missing dataset or missing evidence leaves open is told, but the run itself did its work.
_NOT_BROKEN = frozenset({"no_data", "refused"})
_SEVERITIES = ("critical", "high", "medium", "low")
_COLOURS = {OK: "green", WARN: "yellow", FAIL: "red"}


def broken(summary: Mapping[str, Any]) -> bool:
    """Tell whether some part of a run failed (which is more than having no data)."""
    return any(failure.get("kind") not in _NOT_BROKEN for failure in summary.get("failures") or ())


def run(summary: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what a run found and proposed."""
    console = console or Console()
    table = Table(
        title=escape(f"{summary['company']}, {summary['period']}: run {summary['run_id']} {summary['state']}")
    )
    table.add_column("what")
    table.add_column("result")
    if summary.get("reading"):
        table.add_row("books", reading_in_words(summary["reading"]))
    findings = summary.get("findings") or {}
    table.add_row("findings", _counts(findings, _SEVERITIES))
    table.add_row("by rule", _counts(summary.get("rules") or {}))
    table.add_row("bank matches", _counts(summary.get("matches") or {}, ("auto", "review", "ask")))
    table.add_row("entries proposed", _counts(summary.get("entries") or {}))
    table.add_row("handed in", _counts(summary.get("statuses") or {}))
    language = summary.get("language")
    if language:
        told = f"{language['taken']} taken, {language['template']} from the template"
        table.add_row("texts of a model", f"{told}, {language['calls']} calls")
    checklist = summary.get("checklist")
    if checklist:
        table.add_row("checklist", f"{checklist.get('done')} of {checklist.get('total')} done")
    seals = summary.get("seals") or {}
    if "number" in seals:
        table.add_row("audit trail", roots_in_words(seals))
    console.print(table)
    tell_problem(seals, console)
    if "not_kept" in seals:
        console.print(f"[yellow]roots not kept:[/] {escape(str(seals['not_kept']))}")
    for failure in summary.get("failures") or ():
        words = [str(failure.get(name) or "") for name in ("scope", "code", "kind", "message")]
        console.print(f"[yellow]not complete:[/] {escape(' '.join(word for word in words if word))}")
    for why, count in ((language or {}).get("why") or {}).items():
        console.print(f"[yellow]texts by the template:[/] {escape(why)} ({count})", soft_wrap=True)
    console.print(f"decide in Odoo: {escape(str(summary['url']))}", soft_wrap=True)


def reading_in_words(reading: Mapping[str, Any]) -> str:
    """Return what was read and judged: what changed, or everything and why."""
    if reading["mode"] == "full":
        return f"full: {reading['rows']:,} rows read ({escape(str(reading['reason']))})"
    return (
        f"incremental: {reading['rows_read']:,} of {reading['rows']:,} rows read, "
        f"{reading['entries_changed']:,} entries changed; "
        f"{reading['rules_whole']} of {reading['rules']} rules judged everything, "
        f"{reading['months_again']} of {reading['months']} closed months summed up again"
    )


def _counts(counts: Mapping[str, Any], order: Sequence[str] = ()) -> str:
    names = [name for name in order if name in counts] + sorted(set(counts) - set(order))
    return ", ".join(f"{escape(str(name))} {counts[name]}" for name in names if counts[name]) or "none"


def tell_problem(seals: Mapping[str, Any], console: Console) -> None:
    """Print what is wrong with the trail of the events without a company."""
    problem = (seals.get("without_company") or {}).get("problem")
    if problem:
        console.print(f"[yellow]audit trail:[/] {escape(str(problem))}", soft_wrap=True)


def roots_in_words(kept: Mapping[str, Any]) -> str:
    """Return where the chain of seals stands."""
    number, unsealed = kept["number"], kept["unsealed"]
    known = f"block {number} known, {kept['new']} new" if number else "nothing sealed yet"
    waits = f", oldest {unsealed['age_s']} s" if unsealed["age_s"] is not None else ""
    return f"{known}; {unsealed['count']} not sealed{waits}"


def doctor(checks: Sequence[Check], console: Console | None = None) -> None:
    """Print what the doctor saw, one line a check, and the remedy below."""
    console = console or Console()
    for check in checks:
        colour = _COLOURS[check.level]
        console.print(
            f"[{colour}]{check.level:<5}[/] {escape(check.name)}: {escape(check.message)}", soft_wrap=True
        )
        if check.remedy and check.level != OK:
            console.print(f"      → {escape(check.remedy)}", soft_wrap=True)


def key(made: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what became of the key, and never the key."""
    console = console or Console()
    console.print(
        escape(f"new key {made['name']} in {made['key_file']}, good until {made['expires_at']}; ")
        + f"{made['dropped']} older dropped",
        soft_wrap=True,
    )
