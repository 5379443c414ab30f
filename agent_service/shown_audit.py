"""What people see of the audit trail: the verdict first, then what it rests on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from agent_service.audit.report import DAMAGED, FOUND, Report, things
from agent_service.shown import roots_in_words, tell_problem

_VERDICTS = {
    DAMAGED: "[red]DAMAGED[/] the file is not complete or was changed after the export",
    FOUND: "[red]BROKEN[/] the audit trail is not what was sealed",
}


def report(result: Report, export: Path, known: Path | None, console: Console | None = None) -> None:
    """Print the report of a verification."""
    console = console or Console()

    def say(text: str) -> None:
        console.print(text, soft_wrap=True, highlight=False)

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
    for found in result.found:
        say(f"[red]{escape(found.what):<8}[/] {escape(found.message)}")
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
    console.print(
        f"event {event} in block {first['number']}; the proof leads to the roots of blocks "
        f"{first['number']} to {last['number']}\n{escape(str(path))}\nroot of block {last['number']}: "
        f"{proof['root']}",
        soft_wrap=True,
        highlight=False,
    )


def proven(result: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the event that was proven."""
    console = console or Console()
    event = result["event"]
    console.print(
        f"[green]PROVEN[/] event {event['id']} was sealed in block {result['block']} at "
        f"{escape(str(result['sealed_at']))}; the root is that of block {result['root_of_block']}",
        soft_wrap=True,
        highlight=False,
    )
    for name, value in event.items():
        if value is not None and name not in ("id", "digest", "format"):
            console.print(f"  {escape(str(name))}: {escape(str(value))}", soft_wrap=True, highlight=False)


def roots(kept: Mapping[str, Any], console: Console | None = None) -> None:
    """Print where the chain stands."""
    console = console or Console()
    console.print(f"{escape(kept['company'])}: {roots_in_words(kept)}", soft_wrap=True, highlight=False)
    if kept["root"]:
        console.print(f"root {kept['root']}\nkept in {escape(kept['file'])}", soft_wrap=True, highlight=False)
    tell_problem(kept, console)
    if kept["unsealed"]["late"]:
        console.print(
            "[yellow]warning[/]  events wait for their seal for more than a minute: does the job that "
            "seals run?",
            soft_wrap=True,
            highlight=False,
        )
