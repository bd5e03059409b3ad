"""Calls methods of the official Databricks SDK for Python, as a client that knows nothing of the server behind it.

Each line of stdin is a call, {"method": "clusters.get", "arguments": {"cluster_id": "…"}}; each line of stdout is its
outcome, {"answer": …} or {"refusal": {"type": …, "error_code": …, "message": …}}. The host and the credentials come from
the environment, as for every program that uses the SDK.
"""

import dataclasses
import enum
import io
import json
import sys
import typing

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service._internal import Wait


def typed(hint, value):
    """Turns plain JSON into what a parameter of the SDK takes: its data classes, enumerations and streams."""
    if value is None:
        return None
    if typing.get_origin(hint) is typing.Union:
        hint = next(option for option in typing.get_args(hint) if option is not type(None))
    if typing.get_origin(hint) in (list, typing.List):
        (item,) = typing.get_args(hint)
        return [typed(item, each) for each in value]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint.from_dict(value)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint(value)
    if hint is typing.BinaryIO:
        return io.BytesIO(value.encode())
    return value


def plain(answer):
    """Turns an answer of the SDK into plain JSON; iterators are followed to their end, page after page."""
    if answer is None or isinstance(answer, (str, int, float, bool, dict)):
        return answer
    if isinstance(answer, Wait):
        return answer.bind()
    if hasattr(answer, "as_dict"):
        return answer.as_dict()
    if hasattr(answer, "read"):
        return answer.read().decode()
    return [plain(each) for each in answer]


def call(client, method, arguments):
    *services, name = method.split(".")
    target = client
    for service in services:
        target = getattr(target, service)
    function = getattr(target, name)
    hints = typing.get_type_hints(getattr(function, "__func__", function))
    return plain(function(**{key: typed(hints.get(key), value) for key, value in arguments.items()}))


def main():
    client = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            client = client or WorkspaceClient()
            outcome = {"answer": call(client, request["method"], request["arguments"])}
        # The SDK reports missing or refused OAuth clients as ValueError.
        except (DatabricksError, ValueError) as error:
            code = getattr(error, "error_code", None)
            outcome = {"refusal": {"type": type(error).__name__, "error_code": code, "message": str(error)}}
        print(json.dumps(outcome), flush=True)


main()
