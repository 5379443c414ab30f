from . import close_agent
from . import close_source
from . import gate
