"""Bring a store's condition to what its source says."""

from headwater.domain.errors import HeadwaterError
from headwater.kube.errors import ApiUnavailableError
from headwater.operator.context import Context, Judged
from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import Credential, FailureKind, FetchFailedError, Provider, Store, Validation
from headwater.operator.report import Again
from headwater.operator.secret_store.plan import Invalid, Observed, Sentence, Valid, Validity, plan
from headwater.operator.stores import store_for_provider
from headwater.resources.durations import parse_interval
from headwater.resources.secret_store import SecretStore

CAPABILITIES = "ReadOnly"
"""Nothing is pushed into a source yet."""


async def reconcile(store_id: StoreId, context: Context) -> Again:
    """Ask the store's source whether it knows us, say so, and say when to ask again."""
    store = context.cluster.find_store(store_id)
    if store is None or not context.serves(store.spec.controller):
        context.reach.forget(store_id)
        context.judge(store_id, None)
        return None
    validity = await _validity(store_id, store, context)
    decided = plan(Observed(store=store, validity=validity, capabilities=CAPABILITIES, now=context.clock()))
    meta = store.metadata
    context.judge(store_id, Judged(uid=meta.uid, generation=meta.generation, verdict=decided.verdict))
    await context.reporter.store(store_id, store, decided.status, decided.events)
    return decided.again


async def _validity(store_id: StoreId, store: SecretStore, context: Context) -> Validity:
    try:
        parse_interval(store.spec.refresh_interval or 0)
        seen = store_for_provider(store_id, store)
        provider = context.providers[seen.provider]
        credential = await context.reach.credential(store_id, provider.credential_ref(seen))
    except ApiUnavailableError:
        raise
    except HeadwaterError as error:
        return Invalid(sentence=Sentence.CLIENT, cause=str(error), is_definite=True)
    return await _ask(provider, seen, credential)


async def _ask(provider: Provider, store: Store, credential: Credential) -> Validity:
    try:
        answer = await provider.validate(store, credential)
    except FetchFailedError as error:
        is_definite = error.kind is FailureKind.REFUSED
        return Invalid(sentence=Sentence.VALIDATE, cause=str(error), is_definite=is_definite)
    except HeadwaterError as error:
        return Invalid(sentence=Sentence.VALIDATE, cause=str(error), is_definite=True)
    return Valid(is_certain=answer is Validation.READY)
