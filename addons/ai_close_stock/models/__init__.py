from . import close_agent
from . import gate
from . import close_agent_value
from . import close_source
