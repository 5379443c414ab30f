"""A second generator of labelled bank statements, written apart from the matcher and the first one."""
