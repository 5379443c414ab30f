from . import account_history
from . import close_assign
from . import close_lock_ask
from . import close_match_manual
from . import close_post_dated
from . import close_reason
from . import close_setup
