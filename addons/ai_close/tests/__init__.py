from . import test_match
from . import test_port_begin
from . import test_port_rows
from . import test_entry
from . import test_task
from . import test_close_flow
from . import test_lock
from . import test_tour_cockpit
