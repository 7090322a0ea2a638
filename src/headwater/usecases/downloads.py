"""The download of a config in a format, with an ETag; and the watch that says when to download again.

The body and its ETag are kept beside the view, under everything they depend on: a repeated 200 costs a look-up and an
access entry, a 304 not even that.
"""

from dataclasses import dataclass
from functools import lru_cache

from headwater.domain.hidden import Hidden
from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.domain.roles import Action
from headwater.formats import get_format, get_name_transformer
from headwater.usecases.call import Call, Outcome
from headwater.usecases.refs import ConfigRef
from headwater.usecases.secrets import Selection, parse_names
from headwater.usecases.view_cache import Body, BodyForm, CachedView
from headwater.usecases.views import view_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """`etag` is without the quotes of HTTP."""

    content: Hidden[bytes]
    content_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class NotModified:
    """The caller holds this body already."""

    etag: str


@lru_cache(maxsize=256)
def parse_form(format_name: str, transformer: str | None = None, names: str | None = None) -> BodyForm:
    """A body's form as it is asked for; `names` is a comma list, and blank is all.

    Raises:
        UnknownFormatError, UnknownNameTransformerError.
    """
    return BodyForm(
        format=get_format(format_name).name,
        transformer=get_name_transformer(transformer) if transformer else None,
        names=parse_names(names),
    )


def download_secrets(
    call: Call, ref: ConfigRef, form: BodyForm, known: str | None = None
) -> Outcome[Download | NotModified]:
    """The body of a config in `form`; `known` is the If-None-Match of the caller, as sent."""
    config = call.authorize(Action.SECRETS_READ, on=ref)
    cached = view_of(call, config)
    body = cached.bodies.get(form) or _encode(call, cached, form)
    if known is not None and _holds(known, body.etag):
        return Outcome(reply=NotModified(body.etag))
    access = None if body.names == () else call.read(config, body.names, delivery=True)
    content_type = get_format(form.format).content_type
    return Outcome(reply=Download(content=body.content, content_type=content_type, etag=body.etag), access=access)


def _encode(call: Call, cached: CachedView, form: BodyForm) -> Body:
    chosen = Selection(names=form.names).of(cached.view)
    computed = {name: secret.computed for name, secret in chosen.items()}
    content = get_format(form.format).encode(computed, form.transformer)
    etag = call.installation.keyring.etag(call.installation.restore_epoch, content.reveal())
    body = Body(content, etag, None if form.names is None else tuple(chosen))
    cached.keep(form, body)
    return body


def _holds(known: str, etag: str) -> bool:
    """Whether an If-None-Match lists `etag`; `*` names no body that anybody holds."""
    return any(one.strip().removeprefix("W/").strip('"') == etag for one in known.split(","))


@dataclass(frozen=True, slots=True)
class Watch:
    """What to watch, and the view change that the watcher has seen when it begins."""

    config: ConfigId
    view_change: ChangeNumber


def watch_secrets(call: Call, ref: ConfigRef) -> Outcome[Watch]:
    """Leave to hear of changes; asked again whenever something changed, it ends with the caller's rights."""
    config = call.authorize(Action.SECRETS_READ, on=ref)
    return Outcome(reply=Watch(config.id, config.view_change))
