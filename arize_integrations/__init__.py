"""Python SDK for the Integrations resource of the Arize AX REST API.

>>> from arize_integrations import IntegrationsClient
>>> with IntegrationsClient() as client:  # ARIZE_API_KEY
...     integration = client.get("TGxtSW50ZWdyYXRpb246MTI6YUJjRA==")

Names are loaded when they are first used, so that importing the package costs next to nothing. Every model the
generated package exports can be imported from here as well.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from arize_integrations._version import __version__ as __version__

# `as` marks a name as exported to type checkers; at run time `__getattr__` serves the same names.
if TYPE_CHECKING:
    from arize_integrations._async.client import AsyncIntegrationsClient as AsyncIntegrationsClient
    from arize_integrations._async.pager import AsyncIntegrationPager as AsyncIntegrationPager
    from arize_integrations._call.retry import RetryPolicy as RetryPolicy
    from arize_integrations._sync.client import IntegrationsClient as IntegrationsClient
    from arize_integrations._sync.pager import IntegrationPager as IntegrationPager
    from arize_integrations._wire.pages import IntegrationPage as IntegrationPage
    from arize_integrations.declarative.values import Applied as Applied, Change as Change, Plan as Plan
    from arize_integrations.errors import (
        AmbiguousNameError as AmbiguousNameError,
        APIConnectionError as APIConnectionError,
        APIStatusError as APIStatusError,
        APITimeoutError as APITimeoutError,
        ApplyError as ApplyError,
        ArizeError as ArizeError,
        AuthenticationError as AuthenticationError,
        BadRequestError as BadRequestError,
        ConfigurationError as ConfigurationError,
        ConflictError as ConflictError,
        InternalServerError as InternalServerError,
        NotFoundError as NotFoundError,
        PermissionDeniedError as PermissionDeniedError,
        RateLimitError as RateLimitError,
        ResponseDecodingError as ResponseDecodingError,
        UnprocessableEntityError as UnprocessableEntityError,
    )
    from arize_integrations_api.models import *  # noqa: F403
    from arize_integrations_api.types import UNSET as UNSET, UnknownVariant as UnknownVariant, Unset as Unset

_HOMES = {
    "arize_integrations._async.client": ("AsyncIntegrationsClient",),
    "arize_integrations._async.pager": ("AsyncIntegrationPager",),
    "arize_integrations._call.retry": ("RetryPolicy",),
    "arize_integrations._sync.client": ("IntegrationsClient",),
    "arize_integrations._sync.pager": ("IntegrationPager",),
    "arize_integrations._wire.pages": ("IntegrationPage",),
    "arize_integrations.declarative.values": ("Applied", "Change", "Plan"),
    "arize_integrations.errors": (
        "APIConnectionError",
        "APIStatusError",
        "APITimeoutError",
        "AmbiguousNameError",
        "ApplyError",
        "ArizeError",
        "AuthenticationError",
        "BadRequestError",
        "ConfigurationError",
        "ConflictError",
        "InternalServerError",
        "NotFoundError",
        "PermissionDeniedError",
        "RateLimitError",
        "ResponseDecodingError",
        "UnprocessableEntityError",
    ),
    "arize_integrations_api.types": ("UNSET", "UnknownVariant", "Unset"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_MODELS = "arize_integrations_api.models"
_SUBMODULES = ("errors", "testing")


def _load(module: str) -> Any:
    try:
        return import_module(module)
    except AttributeError as error:  # which `from ... import` would take for a name that is not there, and hide
        raise ImportError(f"cannot import {module}: {error}", name=module) from error


if not TYPE_CHECKING:  # else a misspelt name would be an Any to them

    def __getattr__(name: str) -> Any:
        if name == "__all__":
            value: Any = [*_HOME_OF, *_load(_MODELS).__all__, "__version__"]
        elif name in _SUBMODULES:
            return _load(f"{__name__}.{name}")
        elif name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        else:
            home = _load(_HOME_OF.get(name, _MODELS))
            if not hasattr(home, name):
                raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
            value = getattr(home, name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        # What this module imports for itself is nobody else's business.
        return sorted({*__getattr__("__all__"), *_SUBMODULES, *(name for name in globals() if name[:2] == "__")})
