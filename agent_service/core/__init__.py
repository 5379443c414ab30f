"""Pure accounting: no I/O, no clock, no environment, no randomness, no Odoo, no language model.

Everything here turns books, a policy and a period into findings, matches and entries; the same input gives
the same output on every machine, in whatever order its rows come.
"""
