"""Bank lines and open items, paired: read → look up → explain → assign → say how sure, and why.

`engine.match` takes plain facts (`model`), whether they come from a company's books (`from_books`, and back
by `rows`) or from files. Every line stands in exactly one proposal; where nothing is proved it says so.
"""
