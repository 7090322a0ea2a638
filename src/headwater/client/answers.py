"""Reading what a server answers: its status, then its body, of which never more is held than a limit."""

from http import HTTPStatus

import aiohttp
from aiohttp import hdrs

from headwater.client.errors import BadReplyError
from headwater.client.replies import to_error
from headwater.domain.hidden import Hidden

MAX_REPLY_BYTES = 8 * 2**20
"""A config holds 500 KiB of values; escaped to the utmost that is 3 MiB."""

MAX_ERROR_BYTES = 64 * 2**10


async def check_answer(response: aiohttp.ClientResponse, host: str, token: Hidden[str]) -> None:
    """Raise what any status but 200 stands for."""
    if response.status == HTTPStatus.OK:
        return
    body = await _read_start(response, MAX_ERROR_BYTES)
    retry_after = response.headers.get(hdrs.RETRY_AFTER)
    raise to_error(host, response.status, body, retry_after=retry_after, token=token)


async def read_body(response: aiohttp.ClientResponse, host: str) -> bytes:
    """Raises: BadReplyError, for one that is compressed or too large."""
    if response.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise BadReplyError(f"the reply of {host} is compressed, which was not asked for")
    body = await _read_start(response, MAX_REPLY_BYTES + 1)
    if len(body) > MAX_REPLY_BYTES:
        raise BadReplyError(f"the reply of {host} is larger than {MAX_REPLY_BYTES // 2**20} MiB")
    return body


async def _read_start(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Up to `limit` bytes; the rest stays on a connection that is then closed."""
    read = bytearray()
    async for chunk in response.content.iter_any():
        read += chunk[: limit - len(read)]
        if len(read) >= limit:
            break
    return bytes(read)
