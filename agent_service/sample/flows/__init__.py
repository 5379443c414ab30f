"""The flows of business that fill the plan, one file each."""
