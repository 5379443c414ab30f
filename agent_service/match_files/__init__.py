"""Bank lines, open items, rates and proposals in files: JSON Lines in, proposals out, no Odoo."""
