"""Labelled statements: bank lines as banks and payers write them, open items, and the right answers.

Seeded: one seed gives the same files for good. What it draws from are bank formats and habits of payers in a
dozen countries; the matcher knows nothing of it.
"""
