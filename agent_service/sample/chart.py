"""The accounts and journals of the sample: Odoo's generic chart plus a few of our own."""

from agent_service.sample.documents import Account, Journal

BANK = "101401"
SUSPENSE = "101402"
BANK_EUR = "101420"
TILL = "101510"
RECEIVABLE = "121000"
CARD_CLEARING = "121400"
BILLED_NOT_RECEIVED = "121500"
TAX_PAID = "131000"
TAX_WITHHELD = "132500"
PREPAYMENTS = "141000"
FIXED_ASSETS = "151000"
PAYABLE = "211000"
GRNI = "211500"
ACCRUED = "211600"
WAGES_PAYABLE = "230000"
WAGE_TAX = "230100"
EMPLOYER_TAX = "230200"
LOAN = "220000"
TAX_RECEIVED = "251000"
TAX_PAYABLE = "252000"
CAPITAL = "301000"
SALES = "400000"
SERVICES = "401000"
CARD_SALES = "402000"
TILL_SALES = "403000"
FX_GAIN = "441000"
DISCOUNT_GIVEN = "443000"
INTEREST_INCOME = "446000"
RECHARGE = "451000"
GOODS_COST = "500000"
PROJECT = "501000"
RENT = "612000"
UTILITIES = "613000"
TELECOM = "613100"
SOFTWARE = "614000"
COURIER = "615000"
FREIGHT = "615500"
CLEANING = "616000"
INSURANCE = "617000"
ADVICE = "618000"
PACKAGING = "619000"
OFFICE = "619500"
MARKETING = "619700"
FURNITURE = "619800"
BANK_FEES = "620000"
INTEREST = "621000"
CARD_FEES = "622000"
MANAGEMENT_FEE = "624000"
WAGES = "630000"
SOCIAL = "631000"
FX_LOSS = "641000"
DISCOUNT_TAKEN = "643000"
PAYMENT_DIFFERENCES = "644000"
PRIOR_EARNINGS = "999999"
# Of a company that has every proposer switched on; see flows/adjusted.py.
ACCRUED_INCOME = "121700"
IC_RECEIVABLE = "121800"
ACCUM_DEPRECIATION = "152000"
IC_PAYABLE = "211700"
DEFERRED_REVENUE = "213000"
PROCEEDS = "443000"
DISPOSAL_GAIN = "443100"
DEPRECIATION = "632000"
DISPOSAL_LOSS = "642000"

RECONCILED = (RECEIVABLE, PAYABLE, CARD_CLEARING, WAGES_PAYABLE, WAGE_TAX, EMPLOYER_TAX, TAX_PAYABLE)

_OF_CHART = (
    (BANK, "Bank", "asset_cash"),
    (SUSPENSE, "Bank Suspense Account", "asset_current"),
    (RECEIVABLE, "Account Receivable", "asset_receivable"),
    (TAX_PAID, "Tax Paid", "asset_current"),
    (PREPAYMENTS, "Prepayments", "asset_prepayments"),
    (FIXED_ASSETS, "Fixed Asset", "asset_fixed"),
    (PAYABLE, "Account Payable", "liability_payable"),
    (WAGES_PAYABLE, "Salary Payable", "liability_current"),
    (WAGE_TAX, "Employee Payroll Taxes", "liability_current"),
    (EMPLOYER_TAX, "Employer Payroll Taxes", "liability_current"),
    (TAX_RECEIVED, "Tax Received", "liability_current"),
    (TAX_PAYABLE, "Tax Payable", "liability_payable"),
    (CAPITAL, "Capital", "equity"),
    (SALES, "Product Sales", "income"),
    (FX_GAIN, "Foreign Exchange Gain", "income"),
    (DISCOUNT_GIVEN, "Cash Discount Loss", "expense"),
    (GOODS_COST, "Cost of Goods Sold", "expense_direct_cost"),
    (RENT, "Rent", "expense"),
    (BANK_FEES, "Bank Fees", "expense"),
    (WAGES, "Salary Expenses", "expense"),
    (FX_LOSS, "Foreign Exchange Loss", "expense"),
    (DISCOUNT_TAKEN, "Cash Discount Gain", "income"),
    (PRIOR_EARNINGS, "Undistributed Profits/Losses", "equity_unaffected"),
)

_CREATED = (
    (BANK_EUR, "Bank EUR", "asset_cash"),
    (TILL, "Till", "asset_cash"),
    (CARD_CLEARING, "Card processor clearing", "asset_current"),
    (BILLED_NOT_RECEIVED, "Billed not received", "asset_current"),
    (GRNI, "Goods received not invoiced", "liability_current"),
    (ACCRUED, "Accrued liabilities", "liability_current"),
    (LOAN, "Bank loan", "liability_non_current"),
    (TAX_WITHHELD, "Tax withheld by customers", "asset_current"),
    (INTEREST_INCOME, "Interest income", "income_other"),
    (PAYMENT_DIFFERENCES, "Payment differences", "expense"),
    (SERVICES, "Service revenue", "income"),
    (CARD_SALES, "Card sales", "income"),
    (TILL_SALES, "Till sales", "income"),
    (RECHARGE, "Recharge income", "income_other"),
    (PROJECT, "Project materials", "expense_direct_cost"),
    (UTILITIES, "Utilities", "expense"),
    (TELECOM, "Telecommunications", "expense"),
    (SOFTWARE, "Software subscriptions", "expense"),
    (COURIER, "Courier", "expense"),
    (FREIGHT, "Freight", "expense"),
    (CLEANING, "Cleaning", "expense"),
    (INSURANCE, "Insurance", "expense"),
    (ADVICE, "Professional fees", "expense"),
    (PACKAGING, "Packaging", "expense"),
    (OFFICE, "Office supplies", "expense"),
    (MARKETING, "Marketing", "expense"),
    (FURNITURE, "Small furniture", "expense"),
    (INTEREST, "Interest", "expense"),
    (CARD_FEES, "Card processing fees", "expense"),
    (MANAGEMENT_FEE, "Management fees", "expense"),
    (SOCIAL, "Employer payroll taxes", "expense"),
)

_ADJUSTED = (
    (ACCRUED_INCOME, "Accrued income", "asset_current"),
    (IC_RECEIVABLE, "Due from group companies", "asset_current"),
    (ACCUM_DEPRECIATION, "Accumulated depreciation", "asset_fixed"),
    (IC_PAYABLE, "Due to group companies", "liability_current"),
    (DEFERRED_REVENUE, "Deferred revenue", "liability_current"),
    (PROCEEDS, "Proceeds of assets sold", "income_other"),
    (DISPOSAL_GAIN, "Gains on assets sold", "income_other"),
    (DEPRECIATION, "Depreciation", "expense_depreciation"),
    (DISPOSAL_LOSS, "Losses on assets sold", "expense"),
)

MAIN_BANK_NUMBER = "4402938817"
EUR_BANK_NUMBER = "DE47370400440532013077"
SERVICES_BANK_NUMBER = "NL21ABNA0417164396"


def accounts() -> list[Account]:
    """Return the accounts that the sample uses, for each company alike."""
    found = [Account(code, name, kind, code in RECONCILED) for code, name, kind in _OF_CHART]
    made = [
        Account(
            code, name, kind, code in RECONCILED, created=True, currency="EUR" if code == BANK_EUR else ""
        )
        for code, name, kind in _CREATED
    ]
    return found + made


def adjusted_accounts() -> list[Account]:
    """Return the accounts that more proposers need."""
    return [Account(code, name, kind, created=True) for code, name, kind in _ADJUSTED]


def journals() -> list[Journal]:
    """Return the journals that are not the chart's own, and the main bank."""
    return [
        Journal("bank", "trading", "BNK1", "Bank", "bank", BANK, "", MAIN_BANK_NUMBER),
        Journal("bank_eur", "trading", "BNK2", "Bank EUR", "bank", BANK_EUR, "EUR", EUR_BANK_NUMBER),
        Journal("misc", "trading", "MISC", "Miscellaneous Operations", "general"),
        Journal("payroll", "trading", "PAYR", "Payroll", "general"),
        Journal("till", "trading", "TILL", "Till", "general"),
        Journal("quarter", "trading", "QTR", "Quarterly entries", "general"),
        Journal("adjust", "trading", "ADJ", "Closing adjustments", "general"),
        Journal("services_bank", "services", "BNK1", "Bank", "bank", BANK, "", SERVICES_BANK_NUMBER),
        Journal("services_misc", "services", "MISC", "Miscellaneous Operations", "general"),
        Journal("services_adjust", "services", "ADJ", "Closing adjustments", "general"),
    ]
