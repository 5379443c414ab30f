"""What most test classes begin with, made once in the database of `make test` instead of in each class.

Each class takes it up where it is there and makes its own where it isn't, so the tests also run in any
database that has the add-on. Nothing of it is enabled: a class enables its company, and what it changes is
rolled back.
"""

from .close_common import CloseCase
from .common import PEOPLE, PortCase


def prepare(env):
    """Make the two companies with their charts and people; to be committed by the caller."""
    env = env(context=dict(env.context, tracking_disable=True, mail_create_nolog=True))

    class Close(CloseCase):
        pass

    Close.env = env
    Close.company = Close._create_company(name=CloseCase.COMPANY)
    for login, role in CloseCase.PEOPLE.items():
        Close.person(login, role)

    class Port(PortCase):
        pass

    Port.env = env
    Port.company = Port._make_company(PortCase.COMPANY, enabled=False)
    for role in (*PEOPLE, "agent"):
        Port._make_user(f"close_{role}", role)
    Port._make_user("close_controller2", "controller")
    Port._make_user("close_reviewer2", "reviewer")
    if "stock.warehouse" in env:
        # Odoo makes one for a new company in its own tests only
        env["stock.warehouse"].create([{"company_id": each.company.id} for each in (Close, Port)])
    # who has worked here before isn't news to the watch
    env["ai.close.watch"]._take_baseline([])
