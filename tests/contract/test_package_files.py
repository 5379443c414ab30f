"""The files of a close package, made of a book without Odoo: the same bytes, sums that agree."""

import hashlib
import importlib
import io
import json
import os
import subprocess
import sys
import types
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import reportlab
from openpyxl import load_workbook

ADDON = Path(__file__).resolve().parents[2] / "addons" / "ai_close"
NAME = "ai_close_files"


def _load(name):
    """Return a module of the add-on's ``package``; these import no Odoo, so none is needed to test them."""
    for module, folder in (
        (NAME, ADDON),
        (f"{NAME}.kernel", ADDON / "kernel"),
        (f"{NAME}.package", ADDON / "package"),
    ):
        if module not in sys.modules:
            sys.modules[module] = types.ModuleType(module)
            sys.modules[module].__path__ = [str(folder)]
    return importlib.import_module(f"{NAME}.package.{name}")


archive, letters, pdf, shape, words, xlsx = map(
    _load, ("archive", "letters", "pdf", "shape", "words", "xlsx")
)
Fonts = _load("fonts").Fonts

VERA = Path(reportlab.__file__).parent / "fonts"
HEAD = {
    "title": "Close package: Northwind, October 2026",
    "subtitle": "Version 1",
    "company": "Northwind & Sons",
    "running": "Northwind & Sons, October 2026",
    "status": "Locked",
    "draft": False,
    "page": "Page %(page)s of %(pages)s",
    "no_data": "no data",
    "point": ",",
    "thousands": ".",
    "language": "en-US",
    "moment": "2026-11-06T10:42:00+00:00",
    "digest": "ab" * 32,
    "footer": "Proof code abab",
}
NAMES = ("Ίων", "Иван", "Łódź", "東京", "한국", "שלום", "مرحبا", "=1+1", "long " * 90)


def fonts():
    return Fonts([str(VERA / "Vera.ttf")], [str(VERA / "VeraBd.ttf")])


def book(rows=300):
    columns = [
        shape.column("Account"),
        shape.column("Opening", shape.AMOUNT, total=True),
        shape.column("Entries", shape.COUNT, total=True),
        shape.column("Day", shape.DATE),
    ]
    cells = [
        [
            f"{number} {NAMES[number % len(NAMES)]}",
            None if number == 5 else f"{number * 1000 - 0.1:.2f}",
            number,
            "2026-10-31" if number % 2 else "",
        ]
        for number in range(rows)
    ]
    table = shape.table("Balances", columns, cells, empty="none", no_data_label="%s without data")
    return {
        "format": shape.FORMAT,
        "head": HEAD,
        "sections": [
            shape.section("a", "Summary: all/of[it]", notices=[shape.notice("Loud " * 80, shape.ALERT)]),
            shape.section("b", "Trial balance", facts=[("Root", "f" * 64)], tables=[table]),
            shape.section("c", "Trial balance", tables=[shape.table("", columns, [], empty="Nothing.")]),
        ],
    }


def test_the_same_book_gives_the_same_bytes_in_another_process():
    script = (
        "import hashlib, sys; from tests.contract import test_package_files as t;"
        "print(hashlib.sha256(t.pdf.render(t.book(), t.fonts())).hexdigest(),"
        " hashlib.sha256(t.xlsx.render(t.book())).hexdigest())"
    )
    environment = {"TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "7", "PYTHONHASHSEED": "3", "LANG": "C"}
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    files = pdf.render(book(), fonts()), xlsx.render(book())
    assert told.stdout.split() == [hashlib.sha256(content).hexdigest() for content in files]
    through_json = json.loads(json.dumps(book()))
    assert (pdf.render(through_json, fonts()), xlsx.render(through_json)) == files
    assert b"D:20261106104200+00'00'" in files[0]


def test_totals_are_formulas_that_agree_with_their_values():
    content = xlsx.render(book())
    formulas = load_workbook(io.BytesIO(content))
    values = load_workbook(io.BytesIO(content), data_only=True)
    sheet, stored = formulas.worksheets[1], values.worksheets[1]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(found) == 2
    for cell in found:
        area = sheet[cell.value.removeprefix("=SUM(").removesuffix(")")]
        figures = [each[0].value for each in area if isinstance(each[0].value, (int, float))]
        total = sum((Decimal(repr(each)) for each in figures), Decimal(0))
        assert Decimal(repr(stored[cell.coordinate].value)) == total
    assert found[1].value.endswith("310)") or len(sheet["A"]) > 300
    texts = [cell.value for row in stored.iter_rows() for cell in row]
    assert "no data" in texts
    assert "7 =1+1" in texts
    assert "Total (1 without data)" in texts
    titles = [each.title for each in formulas.worksheets]
    assert titles == [
        "1 Summary  all of it",
        "2 Trial balance",
        "3 Trial balance",
    ]


def test_what_people_write_is_never_a_formula():
    columns = [shape.column("Why")]
    table = shape.table("", columns, [['=HYPERLINK("http://x")'], ["+1"], ["@x"]], empty="")
    content = xlsx.render({"head": HEAD, "sections": [shape.section("a", "A", tables=[table])]})
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_totals_are_exact_and_no_data_is_no_zero():
    columns = [shape.column("A"), shape.column("B", shape.AMOUNT, total=True)]
    table = shape.table(
        "", columns, [["x", "0.10"], ["y", "0.20"], ["z", None]], empty="", no_data_label="%s ?"
    )
    assert table["total"] == ["Total (1 ?)", "0.30"]
    assert shape.table("", columns, [], empty="")["total"] is None
    with pytest.raises(ValueError, match="1 cells in 2 columns"):
        shape.table("", columns, [["x"]], empty="")


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "text"),
    [
        ("1234567.50", shape.AMOUNT, 2, "1.234.567,50"),
        ("-999.99", shape.AMOUNT, 2, "-999,99"),
        ("-1000", shape.AMOUNT, 2, "-1.000,00"),
        ("12345", shape.AMOUNT, 0, "12.345"),
        ("0.125", shape.AMOUNT, 2, "0,125"),
        (1234, shape.COUNT, 2, "1.234"),
        ("50", shape.PERCENT, 2, "50,0%"),
        (None, shape.AMOUNT, 2, "no data"),
        ("", shape.AMOUNT, 2, ""),
    ],
)
def test_figures_are_written_by_the_marks_of_the_book(value, kind, decimals, text):
    assert words.figure(value, shape.column("", kind, decimals=decimals), HEAD) == text


def test_right_to_left_names_are_put_in_the_order_of_the_eye():
    assert letters.visual("שלום") == "םולש"
    assert letters.visual("Acme שלום Ltd") == "Acme םולש Ltd"
    # initial, medial and final forms of b
    assert letters.joined("ببب") == "\ufe91\ufe92\ufe90"
    assert letters.visual("plain") == "plain"


def test_what_no_font_shows_is_known_and_marked():
    chain = fonts()
    assert chain.missing(["Acme שלום", None, 5, True]) == sorted("שלום")
    assert "".join(part for _font, part in chain.runs("ש", False)) in "\u25a1\ufffd?"


def test_an_archive_is_sorted_timeless_and_told_by_its_manifest():
    files = {"b.txt": b"two", "a/1.txt": b"one"}
    content = archive.build(files, {"kind": "test"})
    assert content == archive.build(dict(reversed(files.items())), {"kind": "test"})
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.namelist() == ["manifest.json", "a/1.txt", "b.txt"]
        listed = json.loads(opened.read("manifest.json"))["files"]
        assert {each["path"]: each["sha256"] for each in listed} == {
            name: hashlib.sha256(opened.read(name)).hexdigest() for name in files
        }
        assert {info.date_time[0] for info in opened.infolist()} == {1980}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a:b\\c.pdf", "a_b_c.pdf"),
        ("", "_"),
        ("...", "_"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_names_of_files_lead_nowhere_else(name, safe):
    assert archive.safe(name) == safe
