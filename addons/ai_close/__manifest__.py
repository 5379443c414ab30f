{
    "name": "AI Close",
    "summary": "Month-end close under control: the agent proposes, people decide, Odoo enforces",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "AI Close contributors",
    "depends": ["account", "mail"],
    "data": [
        "security/ai_close_groups.xml",
        "security/ir.model.access.csv",
        "security/ai_close_rules.xml",
        "data/ir_cron.xml",
        "data/close_task_template.xml",
    ],
    "uninstall_hook": "uninstall_hook",
    "application": True,
    "installable": True,
}
