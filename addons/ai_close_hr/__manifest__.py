{
    "name": "AI Close: employees",
    "summary": "Tells the close agent which vendors have an employee's bank account or address, never whose",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "AI Close contributors",
    "depends": ["ai_close", "hr"],
    "auto_install": True,
}
