{
    "name": "AI Close: purchase",
    "summary": "Lets the close agent read purchase orders and bills by order line",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "AI Close contributors",
    "depends": ["ai_close", "purchase"],
    "data": [
        "security/ir.model.access.csv",
        "security/ir.model.access-reading.csv",
        "security/ai_close_reading_rules.xml",
        "views/close_reading_views.xml",
    ],
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
