{
    "name": "AI Close: stock",
    "summary": "Lets the close agent read done stock moves",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "AI Close contributors",
    "depends": ["ai_close", "stock_account"],
    "data": ["security/ir.model.access.csv"],
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
