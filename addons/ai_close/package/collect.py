"""Reads a close into a book: the head, then one section after the other."""

from ..kernel.canonical import digest
from . import sections, shape
from .source import Source

# Every section is a module with ``collect(source)``, which returns a section or None; in the package's order.
ORDER = (
    sections.summary,
    sections.trial_balance,
    sections.year_end,
    sections.tie_outs,
    sections.flux,
    sections.entries,
    sections.findings,
    sections.checklist,
    sections.lock,
    sections.overrides,
    sections.versions,
)


def collect(close):
    """Return the book of ``close``: plain data, from the same books the same, whoever asks and whenever."""
    source = Source(close)
    found = [part for part in (module.collect(source) for module in ORDER) if part]
    loud = [
        shape.notice(f"{part['title']}: {each['text']}", shape.ALERT)
        for part in found[1:]
        for each in part["notices"]
        if each["level"] == shape.ALERT
    ]
    found[0]["notices"] += loud
    return finished(source, found)


def finished(source, parts):
    """Return the book of these sections: with its head, and the digest of its contents on every page."""
    env = source.env
    book = {"format": shape.FORMAT, "head": _head(source), "sections": parts}
    # taken before it is written there
    code = digest(book)
    book["head"]["digest"] = code
    book["head"]["footer"] = env._(
        "Proof code of the contents %(code)s. Times in %(zone)s. Debit positive, %(currency)s.",
        code=code[:16],
        zone=str(source.zone),
        currency=source.currency.name,
    )
    return book


def _head(source):
    env, close = source.env, source.close
    lang = env["res.lang"]._get_data(code=source.language)
    final = source.is_final
    return {
        "title": env._(
            "Close package: %(company)s, %(period)s", company=source.company.name, period=close.name
        ),
        "subtitle": env._(
            "Version %(version)s, %(start)s to %(end)s",
            version=close.version,
            start=close.period_start,
            end=close.period_end,
        ),
        "company": source.company.name,
        "running": env._(
            "%(company)s, close of %(period)s, version %(version)s",
            company=source.company.name,
            period=close.name,
            version=close.version,
        ),
        "status": env._("Locked") if final else env._("DRAFT: this period is not locked"),
        "draft": not final,
        "page": env._("Page %(page)s of %(pages)s"),
        "no_data": env._("no data"),
        "point": lang.decimal_point or ".",
        "thousands": lang.thousands_sep or "",
        "language": source.language.replace("_", "-"),
        "moment": source.book_moment,
    }
