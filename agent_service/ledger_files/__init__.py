"""A ledger in files: CSV or Parquet tables of journal entries, read into the same books that Odoo gives."""
