"""The calls that people make, against a server that answers as no server of this API does."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from headwater.client.api import Api
from headwater.client.client import ConfigAddress
from headwater.client.endpoint import read_endpoint
from headwater.client.errors import AccessRefusedError, BadReplyError, RequestRefusedError, UpstreamFailedError
from headwater.client.transport import Transport
from headwater.domain.hidden import Hidden
from tests.support.canary import CANARY, secret

TOKEN = "dp.pt.throwaway"  # throw-away, for tests
HERE = ConfigAddress(project="apps", config="dev")


@dataclass(slots=True)
class Answering:
    """Gives one answer to everything, and keeps the last request's body."""

    status: int = 200
    text: str = "{}"
    asked: bytes = b""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked = await request.read()
        return web.Response(status=self.status, text=self.text, content_type="application/json")


@pytest.fixture
def server() -> Answering:
    return Answering()


@pytest.fixture
async def api(server: Answering) -> AsyncIterator[Api]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    transport = Transport("headwater-test")
    yield Api(transport, read_endpoint(f"http://127.0.0.1:{runner.addresses[0][1]}"), Hidden(TOKEN))
    await transport.close()
    await runner.cleanup()


@pytest.mark.parametrize("text", ["", "<html>", "[]", '{"secrets": 1}', '{"secrets": {"A": {"raw": 1}}}', "{}"])
async def test_what_is_no_reply_is_said_without_quoting_it(server: Answering, api: Api, text: str) -> None:
    server.text = text.replace("1", f'["{secret("x")}"]')
    with pytest.raises(BadReplyError, match="is not what this API answers") as raised:
        await api.list_secrets(HERE)
    assert CANARY not in str(raised.value)


REFUSALS = {
    400: (RequestRefusedError, "illegal secret name"),
    403: (AccessRefusedError, "illegal secret name"),
    500: (UpstreamFailedError, "the server failed"),
}


@pytest.mark.parametrize("status", REFUSALS)
async def test_a_refusal_is_raised_in_the_servers_words(server: Answering, api: Api, status: int) -> None:
    kind, said = REFUSALS[status]
    server.status, server.text = status, '{"messages": ["illegal secret name"], "success": false}'
    with pytest.raises(kind, match=said):
        await api.update_secrets(HERE, {"a": Hidden(secret("x"))})


async def test_null_deletes(server: Answering, api: Api) -> None:
    await api.update_secrets(HERE, {"A": Hidden("new"), "B": None})
    assert b'"secrets":{"A":"new","B":null}' in server.asked


async def test_a_service_tokens_own_config_is_not_named(server: Answering, api: Api) -> None:
    await api.update_secrets(ConfigAddress(), {"A": None})
    assert b'"project":null' in server.asked or b"project" not in server.asked
