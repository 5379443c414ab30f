"""One task a file: what is asked, with what facts, and what stands there without a model."""
