"""How the port answers: a result, or a code.  Never a traceback."""

import functools
import inspect
import logging
import uuid

from psycopg2 import IntegrityError, OperationalError

from odoo.exceptions import AccessError, ConcurrencyError

from ..kernel.codes import known
from ..kernel.payload import REQUESTS, PayloadError, check_request
from ..models.refusal import CloseRefusal, refuse

_logger = logging.getLogger(__name__)


def answered(method):
    """Make ``method`` a call of the port: only the agent, only the agreed shape, all or nothing.

    The work is done in a savepoint, so that a refusal leaves nothing behind and still commits as an answer.
    What the database says about concurrency goes through: Odoo then runs the request again.
    """
    name = method.__name__
    signature = inspect.signature(method)

    @functools.wraps(method)
    def call(self, *args, **kwargs):
        # the context is the client's: nothing in it may matter
        port = self.with_context({})
        try:
            with port.env.cr.savepoint():
                if "agent" not in port.env.user._ai_close_roles():
                    raise refuse(port, "RUN008", action=f"port.{name}")
                values = _bound(signature, port, args, kwargs)
                if name in REQUESTS:
                    check_request(name, values)
                return {"ok": True, "result": method(port, **values)}
        except CloseRefusal as refusal:
            return _error(refusal.code, refusal.sentence)
        except PayloadError as error:
            return _error("RUN010", str(error))
        except AccessError as error:
            return _error("RUN012", str(error))
        except IntegrityError:
            _logger.info("port.%s met a record that somebody else made at the same time", name)
            return _error("RUN901")
        except (OperationalError, ConcurrencyError):
            raise
        except Exception:
            trace = uuid.uuid4().hex[:12]
            _logger.exception("port.%s failed, id %s", name, trace)
            return _error("RUN900", f"Something unexpected happened; the server's log has it under {trace}.")

    return call


def _bound(signature, port, args, kwargs):
    """Return the arguments by name, defaults filled in."""
    try:
        bound = signature.bind(port, *args, **kwargs)
    except TypeError as error:
        raise PayloadError("", str(error)) from None
    bound.apply_defaults()
    given = list(bound.arguments.items())[1:]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given}


def _error(code, message=None):
    entry = known(code)
    return {
        "ok": False,
        "error": {
            "code": code,
            "name": entry.name,
            "kind": entry.kind,
            "message": f"{message or entry.sentence} [{code}]",
        },
    }
