"""Lists and watch events, odd ones included."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from headwater.kube.encoding import (
    Bookmark,
    Changed,
    Event,
    Odd,
    accept,
    name_in,
    parse_events,
    parse_object,
    parse_page,
)
from headwater.kube.errors import ApiUnavailableError, ExpiredError, KubeError
from headwater.kube.resource import ObjectKey, ResourceType
from tests.support.canary import secret
from tests.support.kube_simulator import THINGS, Meta, Thing

METADATA = ResourceType(version="v1", plural="secrets", kind="Secret", struct=Thing, metadata_only=True)


def thing(name: str, size: int = 0) -> Thing:
    return Thing(metadata=Meta(name=name), size=size)


async def one_by_one(*lines: bytes) -> AsyncIterator[bytes]:
    for line in lines:
        yield line


async def events(*lines: bytes) -> list[Event[Thing]]:
    return [event async for event in parse_events(THINGS, one_by_one(*lines))]


def test_a_page_has_its_objects_its_moment_and_the_way_on() -> None:
    page = parse_page(
        THINGS, b'{"metadata":{"resourceVersion":"7","continue":"c"},"items":[{"metadata":{"name":"a"}}]}'
    )
    assert (list(page.items), page.resource_version, page.next) == ([thing("a")], "7", "c")


async def test_an_odd_object_is_told_of_by_name() -> None:
    line = b'{"type":"MODIFIED","object":{"metadata":{"namespace":"n","name":"a","resourceVersion":"8"},"size":"big"}}'
    assert await events(line) == [Odd(ObjectKey("n", "a"), "8")]


def test_a_list_of_null_is_empty() -> None:
    assert list(parse_page(THINGS, b'{"metadata":{"resourceVersion":"7"},"items":null}').items) == []


def test_an_odd_object_is_left_out_of_a_page() -> None:
    body = b'{"metadata":{},"items":[{"metadata":{"name":"odd"},"size":"big"},{"metadata":{"name":"a"}}]}'
    assert list(parse_page(THINGS, body).items) == [thing("a")]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"metadata":{},"items":5}', b"\xff"])
def test_what_is_no_list_is_an_error(body: bytes) -> None:
    with pytest.raises(ApiUnavailableError, match="the answer is no list"):
        parse_page(THINGS, body)


async def test_events_say_what_became_of_an_object() -> None:
    assert await events(
        b'{"type":"ADDED","object":{"metadata":{"name":"a"}}}',
        b'{"type":"MODIFIED","object":{"metadata":{"name":"a"},"size":2}}',
        b'{"type":"BOOKMARK","object":{"kind":"Thing","metadata":{"resourceVersion":"9"}}}',
        b'{"type":"DELETED","object":{"metadata":{"name":"a"},"size":2}}',
    ) == [Changed(thing("a")), Changed(thing("a", 2)), Bookmark("9"), Changed(thing("a", 2), gone=True)]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"type":"ERROR","object":{"code":410,"reason":"Expired"}}', ExpiredError),
        (b'{"type":"ERROR","object":{"code":500,"reason":"InternalError"}}', ApiUnavailableError),
        (b'{"type":"ERROR","object":{}}', ApiUnavailableError),
        (b'{"type":"ERROR","object":5}', ApiUnavailableError),
        (b"<html>", ApiUnavailableError),
        (b"{}", ApiUnavailableError),
    ],
)
async def test_an_error_in_the_stream_is_raised(line: bytes, error: type[KubeError]) -> None:
    with pytest.raises(error):
        await events(line)


def test_an_answer_that_is_no_such_object_is_not_quoted() -> None:
    body = msgspec.json.encode({"metadata": {"name": "a"}, "size": secret("plain")})
    with pytest.raises(ApiUnavailableError) as caught:
        parse_object(THINGS, body, "get things web/a")
    assert str(caught.value) == "cannot get things web/a: the answer is no Thing - at `$.size`"


def test_only_metadata_is_asked_for() -> None:
    assert accept(METADATA)["Accept"] == "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
    assert accept(METADATA, many=True)["Accept"] == "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    assert accept(THINGS) == {}


@pytest.mark.parametrize(("body", "name"), [(thing("a"), "a"), ({"metadata": {"name": "b"}}, "b"), ({}, ""), (5, "")])
def test_the_name_of_what_is_created_is_found(body: object, name: str) -> None:
    assert name_in(body) == name
