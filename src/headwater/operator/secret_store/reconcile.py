"""Bring a store's condition to what its source says."""

from headwater.domain.errors import HeadwaterError
from headwater.kube.errors import ApiUnavailableError
from headwater.operator.context import Context, Judged
from headwater.operator.feeds.source import SourceKey
from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import FailureKind, FetchFailedError, Validation
from headwater.operator.report import Again, Verdict
from headwater.operator.secret_store.plan import Invalid, Observed, Sentence, Valid, Validity, plan
from headwater.operator.stores import store_for_provider
from headwater.operator.validations import Answer
from headwater.resources.durations import parse_interval
from headwater.resources.secret_store import SecretStore

CAPABILITIES = "ReadOnly"
"""Nothing is pushed into a source yet."""


async def reconcile(store_id: StoreId, context: Context) -> Again:
    """Ask the store's source whether it knows us, say so, and say when to ask again."""
    store = context.cluster.find_store(store_id)
    if store is None or not context.serves(store.spec.controller):
        context.reach.forget(store_id)
        context.validations.forget(store_id)
        context.judge(store_id, None)
        return None
    validity = await _validity(store_id, store, context)
    if validity is None:
        return None
    decided = plan(Observed(store=store, validity=validity, capabilities=CAPABILITIES, now=context.clock()))
    context.judge(store_id, _judged(store, validity, decided.verdict))
    await context.reporter.store(store_id, store, decided.status, decided.events)
    return decided.again


def _judged(store: SecretStore, validity: Validity, verdict: Verdict) -> Judged:
    is_definite = isinstance(validity, Valid) or validity.is_definite
    meta = store.metadata
    return Judged(uid=meta.uid, generation=meta.generation, verdict=verdict, is_definite=is_definite)


async def _validity(store_id: StoreId, store: SecretStore, context: Context) -> Validity | None:
    """What its source says, or why it cannot be asked; None while the answer is on its way, which wakes the store."""
    try:
        parse_interval(store.spec.refresh_interval or 0)
        seen = store_for_provider(store_id, store)
        provider = context.providers[seen.provider]
        credential = await context.reach.credential(store_id, provider.credential_ref(seen))
    except ApiUnavailableError:
        raise
    except HeadwaterError as error:
        context.validations.forget(store_id)
        return Invalid(sentence=Sentence.CLIENT, cause=str(error), is_definite=True)
    answer = context.validations.find(store_id, SourceKey(seen, credential), provider)
    return None if answer is None else _to_validity(answer)


def _to_validity(answer: Answer) -> Validity:
    if isinstance(answer, HeadwaterError):
        is_definite = not isinstance(answer, FetchFailedError) or answer.kind is FailureKind.REFUSED
        return Invalid(sentence=Sentence.VALIDATE, cause=str(answer), is_definite=is_definite)
    return Valid(is_certain=answer is Validation.READY)
