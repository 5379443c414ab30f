from . import models
from . import agent
from . import wizard
from .hooks import uninstall_hook
