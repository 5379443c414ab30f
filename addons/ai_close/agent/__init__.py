from . import port
from . import begin
from . import datasets
from . import told
from . import key
from . import seals
from . import watch
