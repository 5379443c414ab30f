"""The close package: what a close says as plain data, and that data as PDF, workbook and archive.

``collect`` reads a close into a book (``shape``), one file a section; ``pdf``, ``xlsx`` and ``archive`` make
files of a book and know neither Odoo nor the clock: the same book gives the same bytes.
"""
