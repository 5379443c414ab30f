"""What a bill's label says about the time that it covers, in the languages that bills come in."""

import re
from datetime import date, timedelta

from agent_service.core.period import add_months
from agent_service.core.text import plain

Span = tuple[date, date]
"""A first and a last day, both included."""

NO_WORD = r"(?i)\b(jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\b|\bq[1-4]\b|[^\p{L}]+"
"""What isn't a word of its own in a label: months, quarters, digits and signs."""
_COUNTED = re.compile(
    r"(?<![\d.,])(\d{1,2})\s*(?:X\s*)?"
    r"(?:MONTHS?|MTHS?|MONATE?N?|MOIS|MESES|MES|MESI|MAANDEN|MND|MANADER|MANEDER|MIESIECY|MIESIACE)\b"
)
_WORDS = (
    (3, re.compile(r"\b(?:QUARTER(?:LY)?|QUARTAL\w*|TRIMEST\w+|KWARTAAL\w*|KVARTAL\w*|Q[1-4])\b")),
    (6, re.compile(r"\b(?:HALF[ -]?YEAR(?:LY)?|HALBJAHR\w*|SEMEST\w+|HALFJAAR\w*)\b")),
    (12, re.compile(r"\b(?:ANNU[AE]\w+|ANUAL\w*|YEAR(?:LY)?|JAHR\w*|JAEHRLICH|JAAR\w*)\b")),
)  # fmt: skip
_MONTHS = (
    ("JAN", "GEN", "ENE"), ("FEB", "FEV"), ("MAR", "MRZ", "MRT", "MAER"), ("APR", "AVR", "ABR"),
    ("MAY", "MAI", "MEI", "MAG"), ("JUN", "JUIN", "GIU"), ("JUL", "JUIL", "LUG"), ("AUG", "AOU", "AGO"),
    ("SEP", "SET"), ("OCT", "OKT", "OTT", "OUT"), ("NOV",), ("DEC", "DEZ", "DIC"),
)  # fmt: skip
_WORD = r"([A-Z]{3,10})\.?(?:\s+(?:19|20)?\d\d)?"
_NAMED_SPAN = re.compile(
    rf"\b{_WORD}\s*(?:-|/|\bTO\b|\bBIS\b|\bAU\b|\bA\b|\bTOT\b|\bUNTIL\b|\bTHROUGH\b)\s*{_WORD}"
)
_DAY = r"(?:(\d{4})-(\d\d)-(\d\d)|(\d{1,2})[./](\d{1,2})[./](\d{2,4}))"
_YEARED_SPAN = re.compile(
    r"\b([A-Z]{3,10})\.?(?:\s+(\d{4}|\d{2}))?\s*(?:-|/|\bTO\b|\bBIS\b|\bAU\b|\bTOT\b|\bUNTIL\b|\bTHROUGH\b)\s*"
    r"([A-Z]{3,10})\.?\s+(\d{4}|\d{2})\b"
)
_NO_SPAN = r"(?!\w*(?:DUE|PAY|PAID|FA?E?LLIG|FORFALL|ECHEANCE|VENC|SCAD|ORDER|DELIVER))"
_JOIN = rf"(?:\s*[-/&+]\s*|\s*(?:{_NO_SPAN}[A-Z]{{1,9}}\.?\s+){{1,3}}|\s*[-/]?\s*{_NO_SPAN}[A-Z]{{1,9}}\s*)"
"""What may stand between two days of a span, in whatever language: a sign or a few words, none of which says
that the second day is one to pay or to deliver on."""
_BOTH_YEARED_SPAN = re.compile(
    rf"\b([A-Z]{{3,10}})\.?\s+(\d{{4}}|\d{{2}})(?:\s*[-/]\s*|\s+{_NO_SPAN}[A-Z]{{1,9}}\s+)"
    r"([A-Z]{3,10})\.?\s+(\d{4}|\d{2})\b"
)
_DATED_SPAN = re.compile(rf"{_DAY}{_JOIN}{_DAY}")
_COUNTED_SPAN = re.compile(
    r"(?<![\d.,])(\d{1,2})\s*(?:MONTHS?|MONATE?N?|MOIS|MESES|MESI|MAANDEN|MANADER|MANEDER)\s+"
    r"(?:FROM|STARTING|AB|A PARTIR DU|A COMPTER DU|DESDE(?: EL)?|A PARTIR DEL?|DAL|VANAF|FRA|FRAN)\s+" + _DAY
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[年./]\s*(\d{1,2})\s*[月./]\s*(\d{1,2})(?:\s*日)?(?!\d)")
_YEAR_MONTH = re.compile(r"(?<!\d)(\d{4})\s*年\s*(\d{1,2})\s*月")
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
"""Eras by which years are counted in Japan and Taiwan, and the year before their first."""
_ERA_YEAR = re.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)\s*(?=[年./])")
_ERA_LETTER = re.compile(r"(?<![A-Z\d.])R\s?(\d{1,2})(?=[./]\d{1,2}[./]\d{1,2}(?!\d))")
_UNTIL = re.compile(r"\s*(?:[~〜]|から)\s*")


def months_named(label: str | None) -> set[int]:
    """Return the numbers of months, 2 to 12, that a label says it covers ("Jul-Sep 2026" → {3})."""
    text = _western(plain(label))
    found = {int(one) for one in _COUNTED.findall(text)}
    found |= {months for months, words in _WORDS if words.search(text)}
    for first, last in _NAMED_SPAN.findall(text):
        begin, end = _month(first), _month(last)
        if begin is not None and end is not None:
            found.add((end - begin) % 12 + 1)
    for groups in _DATED_SPAN.findall(text):
        begin, end = _month_of_day(groups[:6]), _month_of_day(groups[6:])
        found.add(end - begin + 1)
    return {months for months in found if 2 <= months <= 12}


def _month(word: str) -> int | None:
    beginnings = ((place, begin) for place, names in enumerate(_MONTHS) for begin in names)
    fits = [(len(begin), place) for place, begin in beginnings if word.startswith(begin)]
    return max(fits)[1] if fits else None


def _month_of_day(parts: tuple[str, ...]) -> int:
    """Return a running month of a date; with strokes or dots it is read day first, as most are."""
    if parts[0]:
        return int(parts[0]) * 12 + int(parts[1]) - 1
    year = int(parts[5]) + (2000 if len(parts[5]) == 2 else 0)
    first, second = int(parts[3]), int(parts[4])
    return year * 12 + (first if second > 12 else second) - 1


def span_named(label: str | None) -> tuple[date, date] | None:
    """Return the first and last day of a span that a label names by two dates or two months with years."""
    return next(iter(spans_named(label)), None)


def spans_named(label: str | None) -> list[Span]:
    """Return the span that a label names, the likeliest reading first; several where days and months may be
    swapped ("05/06/2026 - 07/08/2026"), none where it names none.

    Both days are read in one order; one that gives whole months is likelier, then the day first.
    """
    text = _western(plain(label))
    for groups in _DATED_SPAN.findall(text):
        readings = (
            (_day(groups[:6], day_first=one), _day(groups[6:], day_first=one)) for one in (True, False)
        )
        found = [(begin, end) for begin, end in readings if begin and end and begin <= end]
        if found:
            return sorted(dict.fromkeys(found), key=lambda one: not is_whole_months(*one))
    for groups in _COUNTED_SPAN.findall(text):
        found = [
            (begin, _months_later(begin, int(groups[0])) - timedelta(days=1))
            for one in (True, False)
            if (begin := _day(groups[1:], day_first=one)) and 1 <= int(groups[0]) <= 60
        ]
        if found:
            return list(dict.fromkeys(found))
    for first, first_year, last, last_year in (
        *_YEARED_SPAN.findall(text),
        *_BOTH_YEARED_SPAN.findall(text),
    ):
        begin, end = _month(first), _month(last)
        if begin is None or end is None:
            continue
        until = _year(last_year)
        since = _year(first_year) if first_year else until - (begin > end)
        after = date(until + (end == 11), (end + 1) % 12 + 1, 1)
        if date(since, begin + 1, 1) < after:
            return [(date(since, begin + 1, 1), after - timedelta(days=1))]
    return []


def is_whole_months(begin: date, end: date) -> bool:
    """Tell whether a span, both days included, is a number of whole months ("15 March to 14 March")."""
    return (end + timedelta(days=1)).day == begin.day


def _months_later(day: date, months: int) -> date:
    """Return the day so many months later, the last of its month where that is shorter."""
    after = add_months(day, months + 1) - timedelta(days=1)
    return after.replace(day=min(day.day, after.day))


def _western(text: str) -> str:
    """Return a label with days that begin with the year as 2026-09-01, months as SEP 2026, and signs of a
    span as a dash; what is none of these stays."""
    text = _ERA_YEAR.sub(lambda found: str(_ERAS[found[1]] + _in_era(found[2])), text)
    text = _ERA_LETTER.sub(lambda found: str(_ERAS["令和"] + int(found[1])), text)
    text = _UNTIL.sub(" - ", text)
    text = _YEAR_FIRST.sub(lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", text)
    return _YEAR_MONTH.sub(_named_month, text)


def _in_era(text: str) -> int:
    return 1 if text == "元" else int(text)


def _named_month(found: re.Match[str]) -> str:
    month = int(found[2])
    return f" {_MONTHS[month - 1][0]} {found[1]} " if 1 <= month <= 12 else found[0]


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _day(parts: tuple[str, ...], *, day_first: bool) -> date | None:
    try:
        if parts[0]:
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
        first, second, year = int(parts[3]), int(parts[4]), _year(parts[5])
        return date(year, second, first) if day_first else date(year, first, second)
    except ValueError:
        return None
