"""Workbench of AI Close for Odoo: everything that `make` calls.

The modules that prepare a bare machine use the standard library only, so that they run with the
system's own Python before the virtual environment exists.
"""
