"""Columns behind a link: `reach(table, "order_id.partner_id")` joins the tables on the way."""


def reach(table, path):
    """Return the SQL of a field at the end of a path of many2one fields; the reader's field rights count."""
    model, alias = table.model, table.alias
    *links, last = path.split(".")
    for fname in links:
        model._check_field_access(model._fields[fname], "read")
        model, alias = model._fields[fname].join(model, alias, table.query)
    return model._field_to_sql(alias, last, table.query)
