from . import models
from . import agent
from .hooks import uninstall_hook
