"""How integrations get into the account other than by requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from arize_integrations.testing._answer import copied
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._samples import ready_made
from arize_integrations.testing._tables import INTEGRATION, SERVED, documented_integrations, tags

if TYPE_CHECKING:
    from arize_integrations.testing._account import Account


class Model(Protocol):
    """A generated model, or anything else that knows its own JSON object."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON object."""
        ...


Integration: TypeAlias = Mapping[str, Any] | Model


def add_integration(
    account: Account, integration: object, provider: object, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Put an integration into the account: as it is, made for a type, or by a create request.

    Raises:
        ValueError: It has an `id` that is empty or no string, is refused as a create request, or there is no such
            type or provider.
        TypeError: It is no integration, or holds what JSON cannot say.
    """
    if isinstance(integration, str):
        payload = _made(account, integration, provider)
    elif provider is not None:
        raise TypeError("provider goes with a type, as in add('LLM', 'ANTHROPIC')")
    else:
        payload = _json_of(integration)
    payload = cast("dict[str, Any]", copied(_with(payload, fields), "an integration"))
    if "id" not in payload and "create" in SERVED:
        return _created(account, payload)
    if not isinstance(payload.get("id"), str) or not payload["id"]:
        raise ValueError("an integration needs an 'id' that is a non-empty string")
    account.put(payload)
    return payload


def add_first_example(account: Account) -> None:
    """Put the document's first example of an integration into the account, or one made from its schemas."""
    example = next(documented_integrations(), None) or ready_made(str(next(iter(tags(INTEGRATION)), "")), None)
    account.put({"id": account.new_id("Integration")} | example)


def checked_several(integrations: Any) -> Iterable[Integration]:
    """Integrations, if there may be several.

    Raises:
        TypeError: It is a single one, or none at all.
    """
    kind = type(integrations).__name__
    if isinstance(integrations, (str, bytes, Mapping)) or not isinstance(integrations, Iterable):
        raise TypeError(f"integrations must be a list of integrations, not {kind}: put a single one into a list")
    return cast("Iterable[Integration]", integrations)


def _json_of(integration: Any) -> dict[str, Any]:
    if isinstance(integration, Mapping):
        return dict(cast("Mapping[str, Any]", integration))
    if not hasattr(integration, "to_dict"):
        kinds = "a mapping, a model with to_dict() or a type such as 'LLM'"
        raise TypeError(f"an integration must be {kinds}, not {type(integration).__name__}")
    found: dict[str, Any] = integration.to_dict()
    return found


def _made(account: Account, kind: str, provider: object) -> dict[str, Any]:
    """An integration of a type as if made now, with a name that is free."""
    if not isinstance(provider, (str, type(None))):
        raise TypeError(f"provider must be text such as 'OPEN_AI', not {type(provider).__name__}")
    made = ready_made(kind, provider)
    now = account.now()
    stamps = {"id": account.new_id(f"{str(made['type']).title()}Integration"), "created_at": now, "updated_at": now}
    return made | stamps | {"name": account.free_name(made["type"], str(made.get("name")))}


def _created(account: Account, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return account.create(request)
    except RefusedError as refusal:
        raise ValueError(f"an integration needs an 'id', or must be a create request: {refusal.detail}") from None


def _with(payload: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with fields set; those inside `config` one by one."""
    config = payload.get("config")
    if isinstance(config, Mapping) and isinstance(fields.get("config"), Mapping):
        fields = {**fields, "config": {**config, **fields["config"]}}
    return {**payload, **fields}
