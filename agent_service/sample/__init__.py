"""The sample company: months of books with their ground truth, made from a seed.

Nothing here may import `agent_service.core`: the truth would otherwise be judged by its own author.
"""
