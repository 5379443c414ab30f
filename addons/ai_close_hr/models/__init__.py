from . import close_agent
