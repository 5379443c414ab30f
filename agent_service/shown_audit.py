"""What people see of the audit trail: the verdict first, then what it rests on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from agent_service.audit.report import DAMAGED, FOUND, Report, things
from agent_service.shown import roots_in_words, tell_problem

_MOST_FOUND = 200

_VERDICTS = {
    DAMAGED: "[red]DAMAGED[/] the file is not complete or was changed after the export",
    FOUND: "[red]BROKEN[/] the audit trail is not what was sealed",
}


def _say(console: Console, text: str) -> None:
    """Print a line; what a file holds never commands the terminal."""
    safe = "".join(letter if letter.isprintable() else "�" for letter in text)
    console.print(safe, soft_wrap=True, highlight=False)


def report(result: Report, export: Path, known: Path | None, console: Console | None = None) -> None:
    """Print the report of a verification."""
    console = console or Console()

    def say(text: str) -> None:
        _say(console, text)

    say(_VERDICTS.get(result.result, "[green]UNBROKEN[/] every sealed event is as it was sealed"))
    company = result.head.get("company") or {}
    say(f"  {escape(str(company.get('name')))} ({company.get('id')}), {escape(str(export))}")
    exported = escape(str(result.head.get("exported_at")))
    say(f"  {things(result.blocks, 'block')}, {things(result.events, 'sealed event')}, exported {exported}")
    if result.last_number is not None:
        say(f"  last block {result.last_number}, root {result.last_root}")
    _known(result, known, say)
    _unsealed(result, say)
    if result.longest_gap:
        gap = result.longest_gap
        say(f"  longest silence: {gap['seconds']:,} s before event {gap['before_event']}, {gap['from']} on")
    if result.longest_unsealed_s is not None:
        say(f"  longest wait for a seal: {result.longest_unsealed_s:,.0f} s")
    for gap in result.gaps:
        say(f"[yellow]gap[/]      {escape(gap.sentence)}  (told by {escape(gap.told_by)})")
    for text in result.damage:
        say(f"[red]damage[/]   {escape(text)}")
    for found in result.found[:_MOST_FOUND]:
        say(f"[red]{escape(found.what):<8}[/] {escape(found.message)}")
    if len(result.found) > _MOST_FOUND:
        say(f"and {len(result.found) - _MOST_FOUND:,} more; --json lists them all")
    for text in result.warnings:
        say(f"[yellow]warning[/]  {escape(text)}")
    for text in result.remarks:
        say(f"remark   {escape(text)}")


def _known(result: Report, path: Path | None, say: Any) -> None:
    if result.known:
        known = result.known
        up_to = known["confirmed_up_to"]
        confirmed = f"blocks up to {up_to} confirmed" if up_to else "no block confirmed"
        say(
            f"  known roots: {escape(str(path))}, last block {known['last']['number']}; {confirmed} "
            f"({known['confirmed']} of {known['seals']})"
        )
    else:
        say("  known roots: none")


def _unsealed(result: Report, say: Any) -> None:
    unsealed = result.unsealed
    if unsealed and unsealed["count"]:
        age = f", the oldest for {unsealed['age_s']:,} s" if unsealed["age_s"] is not None else ""
        say(f"  not sealed yet: {things(unsealed['count'], 'event')}{age} (nothing proves these)")
    elif unsealed:
        say("  not sealed yet: nothing")


def made(proof: Mapping[str, Any], event: int, path: Path, console: Console | None = None) -> None:
    """Print what a proof proves."""
    console = console or Console()
    first, last = proof["headers"][0], proof["headers"][-1]
    _say(
        console,
        f"event {event} in block {first['number']}; the proof leads to the roots of blocks "
        f"{first['number']} to {last['number']}",
    )
    _say(console, escape(str(path)))
    _say(console, f"root of block {last['number']}: {proof['root']}")


def proven(result: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the event that was proven."""
    console = console or Console()
    event = result["event"]
    _say(
        console,
        f"[green]PROVEN[/] event {event['id']} was sealed in block {result['block']} at "
        f"{escape(str(result['sealed_at']))}; the root is that of block {result['root_of_block']}",
    )
    for name, value in event.items():
        if value is not None and name not in ("id", "digest", "format"):
            _say(console, f"  {escape(str(name))}: {escape(str(value))}")


def roots(kept: Mapping[str, Any], console: Console | None = None) -> None:
    """Print where the chain stands."""
    console = console or Console()
    _say(console, f"{escape(kept['company'])}: {roots_in_words(kept)}")
    if kept["root"]:
        _say(console, f"root {kept['root']}")
        _say(console, f"kept in {escape(kept['file'])}")
    tell_problem(kept, console)
    if kept["unsealed"]["late"]:
        _say(
            console,
            "[yellow]warning[/]  events wait for their seal for more than a minute: does the job "
            "that seals run?",
        )
