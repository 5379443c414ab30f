"""Months that texts name, in words of many languages or in digits: a payment's and an item's may agree."""

import re

from agent_service.core.matching.texts import Text
from agent_service.core.text import plain

_NAMES = """
    JANUARY JAN JANUAR JANNER JANVIER JANV ENERO ENE GENNAIO GEN JANEIRO JANUARI STYCZEN LEDEN TAMMIKUU OCAK
    FEBRUARY FEB FEBRUAR FEVRIER FEVR FEV FEBRERO FEBBRAIO FEVEREIRO FEBRUARI LUTY UNOR HELMIKUU SUBAT
    MARCH MAR MARZ MAERZ MRZ MARS MARZO MARCO MAART MRT MARTS MARZEC BREZEN MAALISKUU MART
    APRIL APR AVRIL AVR ABRIL ABR APRILE KWIECIEN DUBEN HUHTIKUU NISAN
    MAY MAI MAYO MAGGIO MAG MAIO MEI MAJ KVETEN TOUKOKUU MAYIS
    JUNE JUN JUNI JUIN JUNIO GIUGNO GIU JUNHO CZERWIEC CERVEN KESAKUU HAZIRAN
    JULY JUL JULI JUILLET JUIL JULIO LUGLIO LUG JULHO LIPIEC CERVENEC HEINAKUU TEMMUZ
    AUGUST AUG AOUT AGOSTO AGO AUGUSTUS AUGUSTI SIERPIEN SRPEN ELOKUU AGUSTOS
    SEPTEMBER SEP SEPT SEPTEMBRE SEPTIEMBRE SETTEMBRE SET SETEMBRO WRZESIEN ZARI SYYSKUU EYLUL
    OCTOBER OCT OKTOBER OKT OCTOBRE OCTUBRE OTTOBRE OTT OUTUBRO OUT PAZDZIERNIK RIJEN LOKAKUU EKIM
    NOVEMBER NOV NOVEMBRE NOVIEMBRE NOVEMBRO LISTOPAD MARRASKUU KASIM
    DECEMBER DEC DEZEMBER DEZ DECEMBRE DICIEMBRE DIC DICEMBRE DEZEMBRO GRUDZIEN PROSINEC JOULUKUU ARALIK
"""
MONTHS = {
    plain(word): number
    for number, line in enumerate((one for one in _NAMES.strip().splitlines()), start=1)
    for word in line.split()
}
_DIGITS = re.compile(r"(?<![0-9./-])(0?[1-9]|1[0-2])[/.-]((?:20)?[0-9]{2})(?![0-9./-])")
_ISO = re.compile(r"(?<![0-9./-])(20[0-9]{2})[/.-](0[1-9]|1[0-2])(?![0-9./-])")


def months_in(text: Text) -> frozenset[tuple[int, int]]:
    """Return the months that a text names: month and year, year 0 where none stands beside it."""
    found = set()
    runs = text.runs
    for place, run in enumerate(runs):
        month = MONTHS.get(run)
        if month:
            after = runs[place + 1] if place + 1 < len(runs) else ""
            found.add((month, _year(after)))
    if "/" in text.plain or "." in text.plain or "-" in text.plain:
        found |= {(int(one[0]), _year(one[1])) for one in _DIGITS.findall(text.plain)}
        found |= {(int(one[1]), int(one[0])) for one in _ISO.findall(text.plain)}
    return frozenset(found)


def _year(run: str) -> int:
    if len(run) == 4 and run.startswith("20"):
        return int(run)
    return 2000 + int(run) if len(run) == 2 and run.isdigit() and 15 <= int(run) <= 60 else 0


def agreement(one: frozenset[tuple[int, int]], other: frozenset[tuple[int, int]]) -> int:
    """Return 1 where two texts name the same month, -1 where only others, 0 where one names none."""
    if not one or not other:
        return 0
    for month, year in one:
        for same, its_year in other:
            if month == same and (not year or not its_year or year == its_year):
                return 1
    return -1
