"""What to do about an error. Chosen by what happened and to which call, never by words in a message."""

from __future__ import annotations

from arize_integrations._call.failures import FailureKind
from arize_integrations._wire.operations import Call, Purpose

_KEY_SEES = "and that the key's user may see"

_BY_STATUS: dict[int, dict[Purpose, str]] = {
    403: {
        Purpose.READ: "Ask an administrator for a role that may read integrations.",
        Purpose.LIST: "Ask an administrator for a role that may read integrations.",
        Purpose.CREATE: "Ask an administrator for a role that may create such an integration.",
        Purpose.UPDATE: "Ask an administrator for a role that may change this integration.",
        Purpose.DELETE: "Ask an administrator for a role that may delete this.",
    },
    404: {
        Purpose.READ: f"Check the id, {_KEY_SEES} the integration.",
        Purpose.UPDATE: f"Check the id, {_KEY_SEES} the integration.",
        Purpose.DELETE: f"Check the id, {_KEY_SEES} the integration.",
        Purpose.LIST: f"Check space_id and space_name, {_KEY_SEES} the space.",
        Purpose.CREATE: f"Check the organizations and spaces that the request names, {_KEY_SEES} them.",
        Purpose.OTHER: f"Check the path, {_KEY_SEES} what it names.",
    },
    409: {
        Purpose.CREATE: "If the name is taken, find the integration that has it, or choose another name.",
        Purpose.UPDATE: "If the name is taken, choose another; else fetch the integration again and decide again.",
        Purpose.DELETE: "It is still in use: delete or change what uses it first.",
    },
}

_BY_KIND = {
    FailureKind.TLS_HOST_MISMATCH: "The certificate is for another host: check region, host or base_url.",
    FailureKind.TLS_EXPIRED: "Check the clock of this machine, and the certificate of the server.",
    FailureKind.TLS_FAILED: "Check that the server, or the proxy on the way, speaks TLS at this address.",
    FailureKind.TLS_UNTRUSTED: "If the server uses a private certificate authority, name its file in SSL_CERT_FILE.",
    FailureKind.PROXY: "Check the proxy, and its user and password.",
    FailureKind.PROXY_DENIED: "Check the proxy's user and password, and that it lets programs reach this host.",
    FailureKind.CONNECT: "Check region, host or base_url, the network, and any proxy.",
    FailureKind.CONNECT_TIMEOUT: "Check region, host or base_url, the network, and any proxy.",
    FailureKind.POOL_TIMEOUT: "Try again later, or allow more time with timeout=...",
    FailureKind.TIMEOUT: "Try again later, or allow more time with timeout=...",
}


def status_advice(call: Call, status: int, prefix: str) -> str | None:
    """What to do about a status; None if what its class says holds for every call.

    Args:
        call: the call that was answered so.
        status: the HTTP status.
        prefix: the path of `base_url`, which stands before the call's own.
    """
    if status == 404 and (end := _repeated(prefix, call.path)):
        return f"The path repeats {end}: end base_url before it."
    return _BY_STATUS.get(status, {}).get(call.purpose)


def failure_advice(kind: FailureKind) -> str:
    """What to do if no whole answer arrived."""
    return _BY_KIND.get(kind, "Try again later.")


def unknown_outcome(call: Call) -> str:
    """What to do if a call may have been carried out, and must not simply be repeated."""
    if call.purpose is Purpose.CREATE:
        return (
            "The integration may have been created: look for it with find(name, type=...) before you create it again."
        )
    return "The request may have been carried out: look before you send it again."


def _repeated(prefix: str, path: str) -> str:
    """What `base_url` ends in and the call's path begins with, as in `/v2/v2/integrations`; "" if it is nothing."""
    segments = path.split("/")
    beginnings = ("/".join(segments[:end]) for end in range(len(segments), 1, -1))
    return next((beginning for beginning in beginnings if prefix.endswith(beginning)), "")
