"""`/v3/configs/config/secrets` and `…/secret`: list, names, update, one, delete."""

from starlette.requests import Request
from starlette.responses import Response

from headwater.domain.edits import Edit, set_all
from headwater.domain.errors import InvalidInputError
from headwater.domain.views import View, ViewedSecret
from headwater.server.exchange import config_ref, nothing, read, read_input, read_query, reply, required, write
from headwater.server.routing import Route
from headwater.usecases import secrets as usecases
from headwater.wire import secrets as wire


class NothingToChangeError(InvalidInputError):
    code = "nothing_to_change"


async def list_secrets(request: Request) -> Response:
    """Raw and computed values of a config's secrets.

    Source: DopplerHQ/cli pkg/http/api.go, GetSecrets.
    """
    query = read_query(request, wire.ListSecretsQuery)
    selection = usecases.Selection(names=usecases.parse_names(query.secrets), auto=query.include_managed_secrets)
    view = await read(request, lambda call: usecases.list_secrets(call, config_ref(query), selection))
    return reply(wire.SecretsReply(secrets=_secrets(view)))


async def update_secrets(request: Request) -> Response:
    """Set, delete and rename, all of it or nothing; answers with all that is there afterwards."""
    asked = await read_input(request, wire.UpdateSecretsInput)
    edits = _edits(asked)
    view = await write(request, lambda call: usecases.update_secrets(call, config_ref(asked), edits))
    return reply(wire.SecretsReply(secrets=_secrets(view)))


async def list_secret_names(request: Request) -> Response:
    query = read_query(request, wire.SecretNamesQuery)
    auto = query.include_managed_secrets
    names = await read(request, lambda call: usecases.list_secret_names(call, config_ref(query), auto=auto))
    return reply(wire.SecretNamesReply(names=[*names]))


async def get_secret(request: Request) -> Response:
    """One secret; a missing one is 200 with every field null.

    Source: DopplerHQ/terraform-provider-doppler, whose `doppler_secret_note` fails on a 404 here.
    """
    query = read_query(request, wire.SecretQuery)
    name = required("name", query.name)
    found = await read(request, lambda call: usecases.get_secret(call, config_ref(query), name))
    return reply(wire.SecretReply(name=name, value=wire.Secret() if found is None else _secret(found)))


async def delete_secret(request: Request) -> Response:
    asked = await read_input(request, wire.SecretQuery)
    name = required("name", asked.name)
    await write(request, lambda call: usecases.delete_secret(call, config_ref(asked), name))
    return nothing()


def _edits(asked: wire.UpdateSecretsInput) -> list[Edit]:
    if (asked.secrets is None) == (asked.change_requests is None):
        raise NothingToChangeError("nothing says what to change", hint="send either secrets or change_requests")
    if asked.secrets is not None:
        return set_all(asked.secrets)
    return [
        Edit(
            name=change.name,
            value=change.value,
            original_name=change.original_name,
            delete=change.should_delete or False,
        )
        for change in asked.change_requests or ()
    ]


def _secrets(view: View) -> dict[str, wire.Secret]:
    return {name: _secret(secret) for name, secret in view.items()}


def _secret(secret: ViewedSecret) -> wire.Secret:
    kind = wire.ValueType(type=secret.value_type)
    return wire.Secret(
        raw=secret.raw,
        computed=secret.computed,
        note=secret.note,
        raw_visibility=secret.visibility,
        computed_visibility=secret.visibility,
        raw_value_type=kind,
        computed_value_type=kind,
    )


_SECRETS = "/v3/configs/config/secrets"
_SECRET = "/v3/configs/config/secret"  # noqa: S105 - a path

ROUTES = [
    Route("GET", _SECRETS, list_secrets),
    Route("POST", _SECRETS, update_secrets),
    Route("GET", f"{_SECRETS}/names", list_secret_names),
    Route("GET", _SECRET, get_secret),
    Route("DELETE", _SECRET, delete_secret),
]
