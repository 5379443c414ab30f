"""Bank statements: a month of one journal, each starting where the last one ended."""

from collections import defaultdict

from agent_service.sample.builder import Builder
from agent_service.sample.documents import Statement
from agent_service.sample.money import ZERO, total
from agent_service.sample.months import Month, month_of

MAIN = "bank"


def add(build: Builder) -> None:
    """Sort the bank lines into statements; the last month of the main bank comes as a file only."""
    plan = build.plan
    plan.bank_lines.sort(key=lambda line: (line.journal, line.day, line.key))
    grouped: dict[tuple[str, Month], list] = defaultdict(list)
    for line in plan.bank_lines:
        grouped[(line.journal, month_of(line.day))].append(line)
    balance = defaultdict(lambda: ZERO)
    for (journal, month), lines in sorted(grouped.items()):
        start = balance[journal]
        balance[journal] = start + total(line.amount for line in lines)
        by_file = journal == MAIN and month == build.end
        for line in lines:
            line.settled = line.settled and not by_file
        plan.statements.append(
            Statement(
                f"{journal}-{month}",
                lines[0].company,
                journal,
                str(month),
                start,
                balance[journal],
                [line.key for line in lines],
                loaded=not by_file,
            )
        )


def file_lines(plan) -> list:
    """Return the lines of the statement that exists only as a file, in its order."""
    by_key = {line.key: line for line in plan.bank_lines}
    return [by_key[key] for statement in plan.statements if not statement.loaded for key in statement.lines]
