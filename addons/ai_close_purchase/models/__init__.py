from . import close_agent
from . import close_agent_reading
from . import close_reading
from . import close_source
from . import gate
