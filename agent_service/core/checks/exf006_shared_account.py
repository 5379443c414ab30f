"""EXF006 Bank account or address shared.

**What it does** Reports a vendor whose bank account is another vendor's too (*vendor*), or whose account
(*employee*) or address (*address*) is an employee's. Employees are compared by the server, which tells the
match and never the employee.

**Why it matters** Fraud: two vendors with one account are often one person behind invented bills.

**Method** Letters and digits of the accounts of partners with a vendor bill or payment within a year; one
finding an account, if one of its vendors has one in P. Example: "DE89 3704 …" with vendors 5 and 9 → one
finding.

**False positives** An employee who is paid expenses as a partner; parent and subsidiary (one commercial
partner or one tax number); a factor's account that the policy names (`factoring_accounts`).

**Source** Vendor master tests of the ACFE; `res.partner.bank.sanitized_acc_number`."""

import polars as pl

from agent_service.core.facts import entries, in_period, partner_names
from agent_service.core.findings import Finding, Record
from agent_service.core.ledger import BILLS
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.text import account_key, sanitized

CODE = "EXF006"
TITLE = "Bank account or address shared"
SEVERITY = "high"
WHY = "Two vendors with one bank account may be one person who bills twice."
REMEDY = "Verify both vendors by papers that don't come from them."
YIELDS_TO = ("EXF005@res.partner",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each shared account; the amount is the vendors' bills of the period."""
    employees = _employees(books, period) if books.has("partner_matches") else []
    banks = books.need("partner_banks", "number").with_columns(account=account_key("number"))
    factors = {sanitized(one) for one in policy.words("factoring_accounts")}
    bought = entries(books).filter(
        pl.col("move_type").is_in(BILLS),
        pl.col("state") != "cancel",
        pl.col("date").is_between(add_months(period.start, -11), period.end),
    )
    spent = bought.group_by("commercial_partner_id").agg(
        spent=pl.col("size").filter(in_period(period)).sum(), now=in_period(period).any()
    )
    vendors = (
        banks.filter(pl.col("account").is_not_null(), ~pl.col("account").is_in(sorted(factors)))
        .join(
            books.frame("partners").select(
                pl.col("id").alias("partner_id"),
                head=pl.coalesce("commercial_partner_id", "id"),
                who=pl.coalesce(
                    pl.col("vat").str.replace_all(r"[^A-Za-z0-9]", "").str.to_uppercase(), pl.lit("")
                ),
            ),
            on="partner_id",
        )
        .join(spent, left_on="head", right_on="commercial_partner_id")
        .with_columns(
            who=pl.when(pl.col("who").str.len_chars() >= 5)
            .then("who")
            .otherwise(pl.col("head").cast(pl.String))
        )
    )
    shared = vendors.filter(
        pl.col("who").n_unique().over("account") > 1, pl.col("head").n_unique().over("account") > 1
    ).filter(pl.col("now").any().over("account"))
    names = partner_names(books)
    found = employees
    for part in shared.sort("account", "head").partition_by("account", maintain_order=True):
        heads = part["head"].unique().sort().to_list()
        records = tuple(Record("res.partner", one, names.get(one, "")) for one in heads)
        told = " and ".join(names.get(one, str(one)) for one in heads[:3])
        found.append(
            Finding(
                facet="vendor",
                anchor=records[-1],
                title=f"{told} have one bank account",
                message=f"The account ending in {part['account'][0][-4:]} is that of {told}.",
                amount=int(part.unique("head")["spent"].sum()),
                records=records,
                evidence={"account_ends": part["account"][0][-4:], "vendors": heads},
            )
        )
    return found


_KINDS = {"employee_account": ("employee", "bank account"), "employee_address": ("address", "address")}


def _employees(books: Books, period: Period) -> list[Finding]:
    """Report vendors with bills in P whose account or address is an employee's."""
    billed = entries(books).filter(
        pl.col("move_type").is_in(BILLS), pl.col("state") != "cancel", in_period(period)
    ).group_by("commercial_partner_id").agg(spent=pl.col("size").sum())  # fmt: skip
    heads = books.frame("partners").select(
        pl.col("id").alias("partner_id"), head=pl.coalesce("commercial_partner_id", "id")
    )
    matches = books.frame("partner_matches").filter(
        ~pl.col("is_payee").fill_null(value=False), pl.col("kind").is_in(list(_KINDS))
    )
    rows = matches.join(heads, on="partner_id").join(billed, left_on="head", right_on="commercial_partner_id")
    names, found = partner_names(books), []
    for row in rows.unique(["head", "kind"]).sort("head", "kind").iter_rows(named=True):
        facet, what = _KINDS[row["kind"]]
        anchor = Record("res.partner", row["head"], names.get(row["head"], ""))
        found.append(
            Finding(
                facet=facet,
                anchor=anchor,
                title=f"{anchor.label}: the {what} is an employee's",
                message=f"{anchor.label} billed {books.show(row['spent'])} in the period and has the "
                f"{what} of an employee.",
                amount=row["spent"],
                records=(anchor,),
                evidence={"match": row["kind"]},
            )
        )
    return found
