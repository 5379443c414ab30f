from . import test_match
from . import test_port_begin
from . import test_port_rows
from . import test_entry
