"""The agent of AI Close for Odoo: reads the books, checks and matches them, and proposes; people decide."""

from agent_service.memory import settle

__version__ = "1.0.0"

settle()
