"""The command line: what it says and how it ends."""

import pytest

from agent_service.sample.__main__ import main
from agent_service.sample.bank_import import BadFile, read, send
from agent_service.sample.rpc import RpcError


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password"
    path.write_text("secret\n")
    return path


def bring(file, password) -> int:
    # Port 1 answers nobody: whoever asks the network first would end with 3.
    return main(["import", "--url", "http://127.0.0.1:1", "--database", "x", "--password-file", str(password),
                 "--file", str(file)])  # fmt: skip


def test_generate_writes_three_files(tmp_path, capsys):
    assert main(["generate", "--months", "1", "--out", str(tmp_path / "made")]) == 0
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "plan.json",
        "statement-2026-10.camt053.xml",
        "truth.json",
    ]
    assert "documents" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--end", "2026-1"], ["--months", "0"], ["--scale", "-1"]])
def test_generate_with_nonsense_ends_with_two(tmp_path, capsys, wrong):
    assert main(["generate", "--out", str(tmp_path / "made"), *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "made").exists()


BOMB = b"""<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">&b;</Document>"""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"date;amount\n2026-10-01;5.00\n",
        b"\x00\x01\x02",
        b"<html/>",
        b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'/>",
        b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>",
        BOMB,
    ],
)
def test_a_file_of_another_kind_is_one_line_and_two(tmp_path, password, capsys, content):
    file = tmp_path / "bank.xml"
    file.write_bytes(content)
    assert bring(file, password) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: bank.xml is not a CAMT.053 file")
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_half_a_file_is_refused(sample, tmp_path, password, capsys):
    file = tmp_path / "half.xml"
    file.write_bytes(sample.camt[: len(sample.camt) // 2])
    assert bring(file, password) == 2
    assert "half.xml" in capsys.readouterr().err


def test_a_missing_file_and_a_missing_password(sample, tmp_path, password, capsys):
    assert bring(tmp_path / "none.xml", password) == 2
    file = tmp_path / "bank.xml"
    file.write_bytes(sample.camt)
    assert bring(file, tmp_path / "no-password") == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_nobody_answers(sample, tmp_path, password, capsys):
    file = tmp_path / "bank.xml"
    file.write_bytes(sample.camt)
    assert bring(file, password) == 3
    assert capsys.readouterr().err.count("\n") == 1


class Odoo:
    """Answers as Odoo would, from a script; it keeps what was asked."""

    def __init__(self, journals, known, fails=False):
        self.journals, self.known, self.fails, self.asked = journals, known, fails, []

    def call(self, model, method, *arguments, **named):
        self.asked.append((model, method))
        if method == "import_file_button":
            if self.fails:
                raise RpcError("The bank statement file uses currency 'XXX'")
            self.known = 1
            return {}
        return {
            ("account.journal", "search_read"): self.journals,
            ("account.bank.statement", "search_count"): self.known,
            ("account.statement.import", "create"): [1],
            ("account.bank.statement", "search_read"): [
                {
                    "id": 5,
                    "name": "BANK-2026-10",
                    "line_ids": [1, 2],
                    "balance_start": 0.0,
                    "balance_end_real": 3.0,
                }
            ],
        }[(model, method)]


@pytest.fixture
def file(sample, tmp_path):
    path = tmp_path / "bank.xml"
    path.write_bytes(sample.camt)
    return read(path)


BANK = [{"id": 3, "company_id": [1, "Northwind Trading"]}]


def test_the_wizard_is_called_once(file):
    odoo = Odoo(BANK, 0)
    assert send(odoo, file)["lines"] == 2
    assert odoo.asked.count(("account.statement.import", "import_file_button")) == 1


@pytest.mark.parametrize(
    ("odoo", "said"),
    [
        (Odoo([], 0), "no bank journal"),
        (Odoo(BANK, 1), "imported before"),
        (Odoo(BANK, 0, fails=True), "refused"),
    ],
)
def test_refusals_say_why(file, odoo, said):
    with pytest.raises(BadFile, match=said):
        send(odoo, file)
