"""The audit trail seen from outside: seals, exports, proofs and known roots, checked without Odoo.

Written from the description of the format alone. Nothing here is shared with the add-on, so that a
mistake there can't hide itself here.
"""
