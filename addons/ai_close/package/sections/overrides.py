"""The page of overrides: everything by which this close left the ordinary way, each kind with its own table.

What did not happen is said too: an auditor looks for these before anything else.
"""

from .. import shape
from . import overridden_people, overridden_work

KINDS = (
    overridden_work.waivers,
    overridden_work.not_applicable,
    overridden_work.open_items,
    overridden_work.posted_together,
    overridden_work.matched_together,
    overridden_work.unattended,
    overridden_people.delegations,
    overridden_people.on_behalf,
    overridden_people.reopens,
    overridden_people.exceptions,
    overridden_people.adoptions,
    overridden_people.one_person,
)


def collect(source):
    """Return the section."""
    env = source.env
    tables = [kind(source) for kind in KINDS]
    overview = shape.table(
        env._("How often"),
        [shape.column(env._("Override")), shape.column(env._("Number"), shape.COUNT)],
        [[each["title"], len(each["rows"])] for each in tables],
        empty="",
    )
    return shape.section("overrides", env._("Overrides"), tables=[overview, *tables])
