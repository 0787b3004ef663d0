"""The part of Superset's REST API that the check asks."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

import httpx

from bi.superset.server import SupersetError

Json = dict[str, Any]


class Api:
    """A signed-in client of one Superset."""

    def __init__(self, address: str, user: str, password: str) -> None:
        """Sign in.

        Raises:
            SupersetError: Superset refuses the password.
        """
        self._client = httpx.Client(base_url=address, timeout=120, trust_env=False)
        login = {"username": user, "password": password, "provider": "db", "refresh": False}
        token = self._json(self._client.post("/api/v1/security/login", json=login))["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"
        self._client.headers["Referer"] = address
        self._client.headers["X-CSRFToken"] = self.get("/api/v1/security/csrf_token/")["result"]

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._client.close()

    def _json(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise SupersetError(f"{answer.request.method} {answer.request.url.path}: {_message(answer)}")
        return answer.json()

    def get(self, path: str) -> Any:
        """What a path answers.

        Raises:
            SupersetError: an answer of 400 or more.
        """
        return self._json(self._client.get(path))

    def put(self, path: str, body: Json) -> Any:
        """What a change answers.

        Raises:
            SupersetError: an answer of 400 or more.
        """
        return self._json(self._client.put(path, json=body))

    def rows(self, dataset_id: int, query: Json) -> list[Json]:
        """The rows that a chart's query gives.

        Raises:
            SupersetError: the query fails, or Superset left out a filter that it can't apply.
        """
        body = {
            "datasource": {"id": dataset_id, "type": "table"},
            "queries": [query],
            "result_format": "json",
            "result_type": "full",
            "force": True,
        }
        answer = self._json(self._client.post("/api/v1/chart/data", json=body))["result"][0]
        if answer.get("error"):
            raise SupersetError(str(answer["error"]))
        if answer.get("rejected_filters"):
            raise SupersetError(f"filters that were left out: {answer['rejected_filters']}")
        return list(answer["data"])

    def columns(self, database_id: int, statement: str) -> list[str]:
        """The names of the columns that a select gives, run in SQL Lab.

        Raises:
            SupersetError: the statement fails.
        """
        return [
            str(column["column_name"]) for column in self._json(self._run(database_id, statement))["columns"]
        ]

    def _run(self, database_id: int, statement: str) -> httpx.Response:
        body = {"database_id": database_id, "sql": statement, "schema": "main", "runAsync": False}
        return self._client.post("/api/v1/sqllab/execute/", json=body)

    def sql(self, database_id: int, statement: str) -> str | None:
        """Run a statement in SQL Lab. Returns why it was refused, or None where it ran."""
        answer = self._run(database_id, statement)
        return _message(answer) if answer.is_error else None


def _message(answer: httpx.Response) -> str:
    """What an answer says went wrong."""
    try:
        said = answer.json()
    except json.JSONDecodeError:
        return f"{answer.status_code} {answer.text[:300]}"
    errors = "; ".join(str(error.get("message")) for error in said.get("errors", []))
    return f"{answer.status_code} {errors or said.get('message') or said}"
