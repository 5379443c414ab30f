"""Balances as of a day: residuals of journal items and the trial balance."""
