"""Loading the plan into Odoo, in process, through the ORM and its documents."""
