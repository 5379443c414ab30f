"""Plain Python without Odoo: the rules of the close that hold whatever a caller sends."""
