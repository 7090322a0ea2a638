"""The manager: follows the cluster, wakes what a change concerns, and has workers reconcile it.

Surprise: a change of anything wakes everything that rests on it, by the links that reconciles lay. Waking too much
costs a look at memory; waking too little would leave a Secret wrong.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Iterable, Mapping
from typing import TypeVar, assert_never

import structlog

from headwater.domain.errors import ConflictError, HeadwaterError
from headwater.kube.backoff import Backoff
from headwater.kube.client import KubeClient
from headwater.kube.informer import Change, Index
from headwater.kube.queue import Queue
from headwater.kube.resource import ObjectKey
from headwater.operator.cluster import Cluster
from headwater.operator.context import Context, Wiring
from headwater.operator.digest import keyed_digester
from headwater.operator.external_secret import reconcile as external_secret
from headwater.operator.feeds.feeds import Feeds
from headwater.operator.names import Kind, StoreId, WorkKey
from headwater.operator.providers.protocol import Provider
from headwater.operator.reach import Reach, Rules
from headwater.operator.report import Again
from headwater.operator.reporter import Reporter
from headwater.operator.secret_store import reconcile as secret_store
from headwater.operator.settings import OperatorSettings
from headwater.operator.target import Target
from headwater.operator.terms import Terms
from headwater.operator.validations import Validations
from headwater.process.clock import Clock, system_clock
from headwater.process.traces import trace_of
from headwater.resources.external_secret import ExternalSecret
from headwater.resources.kube_secret import TargetMetadata
from headwater.resources.meta import Namespace
from headwater.resources.references import StoreKind
from headwater.resources.secret_store import SecretStore

S = TypeVar("S", bound=SecretStore)

RETRY = Backoff(first=0.1, limit=4.0)
"""Short: what is promised is to heal within five seconds of the cause's end."""

_log = structlog.get_logger()


class Manager:
    """Made within the loop in which it runs."""

    def __init__(
        self,
        client: KubeClient,
        providers: Mapping[str, Provider],
        settings: OperatorSettings,
        *,
        clock: Clock = system_clock,
    ) -> None:
        digest = keyed_digester(secrets.token_bytes(32))
        self._queue: Queue[WorkKey] = Queue(backoff=RETRY)
        self._cluster = Cluster(client, digest)
        self._by_namespace = Index(self._cluster.external_secrets, lambda found: [found.metadata.namespace])
        self._workers = settings.workers
        wiring = Wiring()
        rules = Rules(require_store_conditions=settings.require_store_conditions)
        self._context = Context(
            cluster=self._cluster,
            reporter=Reporter(client, self._cluster),
            reach=Reach(self._cluster, rules, wiring.credentials),
            feeds=Feeds(providers, self._queue.add),
            providers=providers,
            validations=Validations(self._queue.add),
            wiring=wiring,
            terms=Terms(idle_status_interval=settings.idle_status_interval, digest=digest),
            clock=clock,
            controller_class=settings.controller_class,
            wake=self._queue.add,
        )
        self._listen()

    async def run(self, *, synced: asyncio.Event) -> None:
        """Until cancelled; sets `synced` once the whole state was read, and acts only from then on."""
        try:
            async with asyncio.TaskGroup() as group:
                for informer in self._cluster.informers:
                    group.create_task(informer.run())
                for informer in self._cluster.informers:
                    await informer.synced.wait()
                synced.set()
                for _ in range(self._workers):
                    group.create_task(self._queue.work(self._work))
        finally:
            self._queue.close()
            await self._context.validations.close()
            await self._context.feeds.close()

    async def _work(self, key: WorkKey) -> None:
        try:
            again = await self._reconcile(key)
        except ConflictError:
            self._queue.retry(key)
        except HeadwaterError as error:
            delay = self._queue.retry(key)
            _log.warning("reconcile.put_off", kind=key.kind, object=str(key.object), error=str(error), seconds=delay)
        except Exception as error:  # noqa: BLE001 - a bug in one object must not stop the others
            self._queue.retry(key)
            _log.error("reconcile.failed", kind=key.kind, object=str(key.object), trace=trace_of(error))
            await self._report_bug(key)
        else:
            self._settle(key, again)

    async def _report_bug(self, key: WorkKey) -> None:
        if key.kind is Kind.EXTERNAL_SECRET:
            with contextlib.suppress(Exception):  # the same bug may be in the way, and is logged already
                await external_secret.report_bug(key.object, self._context)

    async def _reconcile(self, key: WorkKey) -> Again:
        match key.kind:
            case Kind.EXTERNAL_SECRET:
                return await external_secret.reconcile(key.object, self._context)
            case Kind.SECRET_STORE:
                return await secret_store.reconcile(StoreId(StoreKind.SECRET_STORE, key.object), self._context)
            case Kind.CLUSTER_SECRET_STORE:
                return await secret_store.reconcile(StoreId(StoreKind.CLUSTER_SECRET_STORE, key.object), self._context)
            case _ as never:
                assert_never(never)

    def _settle(self, key: WorkKey, again: Again) -> None:
        self._queue.forget(key)
        if again is None:
            self._queue.cancel(key)
        else:
            self._queue.add_after(key, again)

    def _listen(self) -> None:
        self._cluster.external_secrets.on_change(self._external_secret_changed)
        self._cluster.secret_stores.on_change(lambda change: self._store_changed(StoreKind.SECRET_STORE, change))
        self._cluster.cluster_secret_stores.on_change(
            lambda change: self._store_changed(StoreKind.CLUSTER_SECRET_STORE, change)
        )
        self._cluster.namespaces.on_change(self._namespace_changed)
        self._cluster.secrets.on_change(self._secret_changed)
        self._cluster.targets.on_change(self._target_changed)

    def _external_secret_changed(self, change: Change[ExternalSecret]) -> None:
        self._queue.add(WorkKey(Kind.EXTERNAL_SECRET, change.key))

    def _store_changed(self, kind: StoreKind, change: Change[S]) -> None:
        self._wake_store(StoreId(kind, change.key))

    def _namespace_changed(self, change: Change[Namespace]) -> None:
        """Labels decide which cluster stores a namespace may use; a new one may be told of after what stands in it."""
        before = change.old.metadata.labels if change.old is not None else None
        if change.new is not None and change.new.metadata.labels != before:
            self._wake(self._by_namespace.keys(change.key.name))

    def _secret_changed(self, change: Change[TargetMetadata]) -> None:
        self._wake(self._context.wiring.targets.pointing_at(change.key))
        for store in self._context.wiring.credentials.pointing_at(change.key):
            self._wake_store(store)

    def _target_changed(self, change: Change[Target]) -> None:
        self._wake(self._context.wiring.targets.pointing_at(change.key))

    def _wake_store(self, store: StoreId) -> None:
        self._queue.add(store.work_key)
        self._wake(self._context.wiring.stores.pointing_at(store))

    def _wake(self, external_secrets: Iterable[ObjectKey]) -> None:
        for key in external_secrets:
            self._queue.add(WorkKey(Kind.EXTERNAL_SECRET, key))
