"""The checklist: each task with what its check said, its evidence, and who prepared and signed it."""

from .. import shape

# A signature that was struck stands in the trail, not here.
SIGNED = ("signed", "not_applicable")
PREPARED = ("prepared", *SIGNED)


def collect(source):
    """Return the section."""
    env = source.env
    tasks = source.close.task_ids.sorted(lambda task: (str(task.date_due or ""), task.sequence, task.id))
    undone = tasks.filtered(lambda task: task.state not in ("signed", "not_applicable"))
    no_data = tasks.filtered(lambda task: task.check_state == "no_data")
    notices = []
    if undone:
        notices.append(shape.notice(env._("%s tasks are not signed.", len(undone)), shape.ALERT))
    if no_data:
        notices.append(
            shape.notice(
                env._("The check had no data for: %s.", ", ".join(no_data.mapped("name"))), shape.ALERT
            )
        )
    table = shape.table(
        "",
        [
            shape.column(env._("Task")),
            shape.column(env._("Area")),
            shape.column(env._("Due"), shape.DATE),
            shape.column(env._("State")),
            shape.column(env._("Check")),
            shape.column(env._("Prepared by")),
            shape.column(env._("Signed by")),
            shape.column(env._("Evidence")),
            shape.column(env._("Proof code")),
        ],
        [
            [
                task.name,
                source.label(task, "area"),
                source.day(task.date_due),
                source.label(task, "state") + (f": {task.stale_reason}" if task.stale_reason else ""),
                source.label(task, "check_state"),
                *_signatures(source, task),
                _evidence(task),
                (task.evidence_digest or "")[:16],
            ]
            for task in tasks
        ],
        empty=env._("There is no checklist for this period."),
    )
    return shape.section("checklist", env._("Checklist and sign-offs"), notices=notices, tables=[table])


def _signatures(source, task):
    """Return who prepared and who signed, as far as it still holds; the server's check bears no name."""
    check = source.env._("the check")
    return (
        source.signed(task.prepared_by_id, task.prepared_at, check) if task.state in PREPARED else "",
        source.signed(task.signed_by_id, task.signed_at, check) if task.state in SIGNED else "",
    )


def _evidence(task):
    files = sorted(file.name or "?" for file in task._ai_close_files())
    return "; ".join([*filter(None, [task.na_reason or task.evidence_note]), *files])
