"""What has to happen outside the ORM when the bridge leaves a database."""


def uninstall_hook(env):
    """Drop the triggers of the bridge: nobody reads what they note any more."""
    env["ai.close.gate"]._forget_changes("purchase_order")
    env["ai.close.gate"]._forget_changes("purchase_order_line")
