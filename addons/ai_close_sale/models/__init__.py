from . import close_agent
from . import gate
