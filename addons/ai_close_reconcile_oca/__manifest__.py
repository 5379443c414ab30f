{
    "name": "AI Close: OCA's reconciliation",
    "summary": "What OCA's add-on would reconcile at the import becomes proposals for people",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "AI Close contributors",
    "depends": ["ai_close", "account_reconcile_oca"],
    "auto_install": True,
}
