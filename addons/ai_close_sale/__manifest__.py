{
    "name": "AI Close: sale",
    "summary": "Lets the close agent read sales orders",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "AI Close contributors",
    "depends": ["ai_close", "sale"],
    "data": ["security/ir.model.access.csv"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
