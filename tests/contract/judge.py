"""openapi-core as judge of requests and answers, by the corrected document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from openapi_core import Config, OpenAPI
from openapi_core.testing.requests import MockRequest
from openapi_core.testing.responses import MockResponse

if TYPE_CHECKING:
    from collections.abc import Mapping


class Judge:
    """Raises `openapi_core.exceptions.OpenAPIError` for anything the document does not allow."""

    def __init__(self, document: Mapping[str, Any], base_url: str) -> None:
        self._base_url = base_url
        self._openapi = OpenAPI.from_dict(
            {**document, "servers": [{"url": base_url}]},
            config=Config(extra_media_type_deserializers={"application/problem+json": json.loads}),
        )

    def check_request(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> None:
        """Judge a request as it was on the wire."""
        self._openapi.validate_request(self._request(method, target, headers, body))

    def check_answer(self, method: str, target: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Judge an answer to a request of that method and target."""
        content_type = headers.get("Content-Type", "")
        response = MockResponse(body, status, dict(headers), content_type)
        self._openapi.validate_response(self._request(method, target, {}, None), response)

    def _request(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> MockRequest:
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        return MockRequest(self._base_url, method.lower(), url.path, args=query, headers=dict(headers), data=body)
