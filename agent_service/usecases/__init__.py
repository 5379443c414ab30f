"""One verb a file: what the agent does, over ports that adapters fill in."""
