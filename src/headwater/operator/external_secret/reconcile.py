"""Bring one ExternalSecret to its wanted state: read everything, plan, apply, report.

Level-based: it may run at any moment, any number of times. A failure that time may heal is raised, and the manager
comes again; any other is said in the condition.
"""

from dataclasses import dataclass
from typing import assert_never

from headwater.domain.errors import HeadwaterError
from headwater.kube.errors import AccessForbiddenError, ApiUnavailableError, ObjectRefusedError
from headwater.kube.resource import ObjectKey, key_of
from headwater.operator.context import Context
from headwater.operator.external_secret.assemble import Values, assemble
from headwater.operator.external_secret.plan import (
    Action,
    Delete,
    Observed,
    Plan,
    Remote,
    Waiting,
    Write,
    plan,
    plan_failure,
)
from headwater.operator.external_secret.request import (
    Entry,
    RefusedError,
    Request,
    Sentence,
    named_stores,
    read_request,
)
from headwater.operator.feeds.reading import NO_DIGEST, Reading, ReadingDigest, Want
from headwater.operator.names import Kind, StoreId, WorkKey
from headwater.operator.report import Again
from headwater.operator.stores import store_for_provider
from headwater.operator.target import ImmutableError, UntouchableError
from headwater.resources.external_secret import CreationPolicy, ExternalSecret
from headwater.resources.marks import synced_resource_version


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What the feeds gave, and what to acknowledge once it is dealt with."""

    remote: Remote
    digest: ReadingDigest = NO_DIGEST
    is_news: bool = True


async def reconcile(key: ObjectKey, context: Context) -> Again:
    """Bring the ExternalSecret to its wanted state and say when to look again."""
    external_secret = context.cluster.external_secrets.find(key)
    stores = named_stores(external_secret) if external_secret is not None else frozenset()
    context.wiring.stores.point(key, stores)
    if external_secret is None or _is_anothers(stores, context):
        _forget(key, context)
        return None
    await context.reporter.release(external_secret)
    if external_secret.metadata.deletion_timestamp is not None:
        _forget(key, context)
        return None
    try:
        request = read_request(external_secret)
    except RefusedError as refusal:
        _forget(key, context)
        return await _carry_out(external_secret, plan_failure(external_secret, refusal, context.clock()), context)
    return await _bring(external_secret, request, context)


async def report_bug(key: ObjectKey, context: Context) -> None:
    """Say that this one is not looked after; why, the log tells."""
    external_secret = context.cluster.external_secrets.find(key)
    if external_secret is not None:
        refusal = RefusedError(Sentence.UPDATE, "internal error, see the operator's log")
        await _carry_out(external_secret, plan_failure(external_secret, refusal, context.clock()), context)


async def _bring(external_secret: ExternalSecret, request: Request, context: Context) -> Again:
    key = key_of(external_secret)
    context.wiring.targets.point(key, {request.target})
    fetched = await _fetch(external_secret, request, context)
    if context.cluster.external_secrets.find(key) is not external_secret:
        return None  # it changed while the values were on their way, and stands in the queue again
    is_untouched = request.creation is CreationPolicy.NONE
    seen = Observed(
        external_secret=external_secret,
        request=request,
        remote=fetched.remote,
        is_news=fetched.is_news,
        target=None if is_untouched else context.cluster.find_target(request.target),
        created=context.cluster.created_by(key),
        now=context.clock(),
        terms=context.terms,
    )
    again = await _carry_out(external_secret, plan(seen), context)
    if fetched.digest != NO_DIGEST and not isinstance(fetched.remote, Waiting):
        context.feeds.acknowledge(_work_key(key), fetched.digest)
    return again


async def _fetch(external_secret: ExternalSecret, request: Request, context: Context) -> _Fetched:
    """What the stores give for the request; why not, if that is for people to mend.

    Raises:
        ApiUnavailableError: a credential cannot be read now.
    """
    key = _work_key(key_of(external_secret))
    interval = request.interval if request.polls else None
    try:
        wants = [await _want(key.object.namespace, entry, context) for entry in request.entries]
    except ApiUnavailableError:
        raise
    except HeadwaterError as error:
        context.feeds.forget(key)
        return _Fetched(RefusedError(Sentence.GET, str(error)))
    fresh = _is_edited(external_secret, context)
    reading = await context.feeds.read(key, wants, interval=interval, fresh=fresh)
    if reading is None:
        return _Fetched(Waiting())
    return _Fetched(_remote(request, reading, context), reading.digest, reading.is_news)


async def _want(namespace: str, entry: Entry, context: Context) -> Want:
    store = context.reach.store(namespace, entry.store)
    try:
        seen = store_for_provider(entry.store, store)
        ref = context.providers[seen.provider].credential_ref(seen)
    except HeadwaterError as error:
        raise NotReadyError(f"{entry.store} is not ready: {error}") from error
    credential = await context.reach.credential(entry.store, ref)
    return Want(store=seen, credential=credential, ref=entry.ref)


def _remote(request: Request, reading: Reading, context: Context) -> Remote:
    """The source's own word goes before the store's: it is newer."""
    try:
        values = assemble(request.entries, reading.outcomes)
    except RefusedError as refusal:
        return refusal
    for store in dict.fromkeys(entry.store for entry in request.entries):
        gate = _gate(store, values, context)
        if gate is not values:
            return gate
    return values


def _gate(store_id: StoreId, values: Values, context: Context) -> Remote:
    """Values count only once the store, as it now is, was judged; if it is refused, but answers, it is asked again.

    One that was merely not reached stops nothing: its feeds know better how long that may last.

    Source: ESO's flood gate, which leaves its ExternalSecrets to their backoff.
    """
    store, judged = context.cluster.find_store(store_id), context.judged.get(store_id)
    if store is None or judged is None or not judged.is_of(store):
        return Waiting()
    if judged.verdict.ready or not judged.is_definite:
        return values
    context.wake(store_id.work_key)
    return RefusedError(Sentence.GET, f"{store_id} is not ready: {judged.verdict.message}")


async def _carry_out(external_secret: ExternalSecret, decided: Plan, context: Context) -> Again:
    for action in decided.actions:
        try:
            await _act(action, context)
        except (UntouchableError, ImmutableError, ObjectRefusedError, AccessForbiddenError) as error:
            decided = plan_failure(external_secret, _refusal(action, error), context.clock())
            break
    await context.reporter.external_secret(external_secret, decided.status, decided.events)
    return decided.again


async def _act(action: Action, context: Context) -> None:
    match action:
        case Write(wanted=wanted, seen=seen):
            await context.cluster.write(wanted, seen)
        case Delete(target=target):
            await context.cluster.delete(target)
        case _ as never:
            assert_never(never)


def _refusal(action: Action, error: HeadwaterError) -> RefusedError:
    if isinstance(action, Delete):
        return RefusedError(Sentence.ORPHANS, str(error))
    return RefusedError(Sentence.IMMUTABLE if isinstance(error, ImmutableError) else Sentence.UPDATE, str(error))


def _is_anothers(stores: frozenset[StoreId], context: Context) -> bool:
    """Whether any of the stores is of another operator's class; an absent one is not."""
    found = (context.cluster.find_store(store) for store in stores)
    return any(store is not None and not context.serves(store.spec.controller) for store in found)


def _is_edited(external_secret: ExternalSecret, context: Context) -> bool:
    """Whether it changed since its last sync (a force-sync is such a change); true once for each edit."""
    key = _work_key(key_of(external_secret))
    synced, current = external_secret.status.synced_resource_version, synced_resource_version(external_secret.metadata)
    if not synced or synced == current or context.asked_for.get(key) == current:
        return False
    context.asked_for[key] = current
    return True


def _forget(key: ObjectKey, context: Context) -> None:
    context.wiring.targets.point(key, ())
    context.feeds.forget(_work_key(key))
    context.asked_for.pop(_work_key(key), None)


def _work_key(key: ObjectKey) -> WorkKey:
    return WorkKey(Kind.EXTERNAL_SECRET, key)


class NotReadyError(HeadwaterError):
    """A store that cannot serve as it stands."""

    code = "store_not_ready"
