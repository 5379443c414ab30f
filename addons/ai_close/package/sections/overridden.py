"""What the tables of the page of overrides have in common: nothing is left out because nothing happened."""

from .. import shape


def told(source, title, columns, rows, **more):
    """Return a table of overrides; what did not happen in this period says so."""
    return shape.table(
        title,
        columns,
        rows,
        empty=source.env._("None in this period."),
        total_label=source.env._("Total"),
        **more,
    )
