"""`/json/2`: the API of Odoo from 19 on. A bearer key, a header for the database, HTTP's own status."""

from typing import Any

from agent_service.odoo_client import faults
from agent_service.odoo_client.transport_base import HttpClient
from agent_service.secret import Secret


class Json2:
    """Calls `POST /json/2/<model>/<method>` with the keyword arguments as the body."""

    name = "json2"

    def __init__(self, http: HttpClient, database: str, key: Secret) -> None:
        """Keep what each call carries."""
        self._http = http
        self._database = database
        self._key = key

    def close(self) -> None:
        """Close open connections."""
        self._http.close()

    def call(self, model: str, method: str, /, **kwargs: Any) -> Any:
        """Call a method with keyword arguments (`ids` gives the records) and return its result."""
        headers = {
            "Authorization": f"bearer {self._key.reveal()}",
            "X-Odoo-Database": self._database,
        }
        answer = self._http.post(f"/json/2/{model}/{method}", kwargs, headers)
        if answer.status < 400:
            return answer.value
        value = answer.value if isinstance(answer.value, dict) else {}
        if answer.status == 401:
            raise faults.key_refused()
        raise faults.from_exception(
            str(value.get("name") or ""),
            str(value.get("message") or ""),
            call=f"{model}.{method}",
            database=self._database,
        )
