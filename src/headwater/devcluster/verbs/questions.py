"""Kinds that are questions and never stored: who am I, may I, whose token is this; and tokens of ServiceAccounts.

Surprise: everybody may do everything here, and tokens prove nothing to anybody but this process.
"""

import base64
import os
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.http import Reply, Request, reply
from headwater.devcluster.objects import Key, Object, get_in, to_timestamp, uid_of
from headwater.devcluster.status import bad_request, invalid, invalid_value, no_such_path, not_found
from headwater.devcluster.verbs.bodies import read_json, read_object
from headwater.devcluster.verbs.place import Place
from headwater.devcluster.verbs.writing import get_record

ADMIN: Final = "devcluster-admin"

_SHORTEST, _USUAL = 600, 3600
_REMEMBERED: Final = 4096
_BINDABLE: Final = {"Node": "nodes", "Pod": "pods", "Secret": "secrets"}


class Tokens:
    """Those given out by this process, and whose they are."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, Object] = OrderedDict()

    def issue(self, user: Object, expires: float) -> str:
        token = "dc." + base64.urlsafe_b64encode(os.urandom(24)).decode("ascii")
        self._owners[token] = {"user": user, "expires": expires}
        while len(self._owners) > _REMEMBERED:
            self._owners.popitem(last=False)
        return token

    def owner(self, token: str, now: float) -> Object | None:
        found = self._owners.get(token)
        return None if found is None or found["expires"] < now else dict(found["user"])


def ask(cluster: Cluster, place: Place, request: Request, tokens: Tokens) -> Reply:
    """A POST to a kind that is not stored. Raises: RefusedError."""
    question = read_object(request, place.resource)
    answered = _ANSWERS.get(place.resource.kind)
    if answered is None:
        raise no_such_path()
    status = answered(cluster, question, request, tokens)
    kind = {"kind": place.resource.kind, "apiVersion": place.resource.api_version}
    return reply({**kind, "metadata": {"creationTimestamp": None}, **question, "status": status}, status=201)


def issue_token(cluster: Cluster, place: Place, request: Request, tokens: Tokens) -> Reply:
    """TokenRequest. Source: authentication.k8s.io/v1."""
    account = get_record(cluster, place).object
    asked = read_json(request)
    spec = (asked.get("spec") if isinstance(asked, dict) else None) or {}
    seconds = spec.get("expirationSeconds") or _USUAL
    if seconds < _SHORTEST:
        cause = invalid_value("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
        raise invalid("TokenRequest", "authentication.k8s.io", "", [cause])
    bound = spec.get("boundObjectRef")
    if bound:
        _check_bound(cluster, place, bound)
    expires = cluster.now() + timedelta(seconds=seconds)
    token = tokens.issue(_account_user(place, account), expires.timestamp())
    audiences = spec.get("audiences") or ["https://kubernetes.default.svc"]
    return reply(
        {
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"name": place.name, "namespace": place.namespace, "creationTimestamp": cluster.timestamp()},
            "spec": {**spec, "audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": bound},
            "status": {"token": token, "expirationTimestamp": to_timestamp(expires)},
        },
        status=201,
    )


def _check_bound(cluster: Cluster, place: Place, bound: Object) -> None:
    """Raises: RefusedError: there is no such object (404), or none of its kind can be bound to (400)."""
    kind, name = bound.get("kind", ""), bound.get("name", "")
    if kind not in _BINDABLE:
        raise bad_request(f"cannot bind token to object of type {bound.get('apiVersion', '')}, Kind={kind}")
    resource = cluster.catalog.get("", _BINDABLE[kind])
    if cluster.find(resource, Key(place.namespace if resource.namespaced else "", name)) is None:
        raise not_found(resource.plural, "", name)


def _account_user(place: Place, account: Object) -> Object:
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{place.namespace}", "system:authenticated"]
    name = f"system:serviceaccount:{place.namespace}:{place.name}"
    return {"username": name, "uid": uid_of(account), "groups": groups}


def user_of(cluster: Cluster, request: Request, tokens: Tokens) -> Object:
    """Whoever shows no token of ours is the administrator: there is nobody else on a loopback."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    found = tokens.owner(bearer, cluster.now().timestamp()) if bearer else None
    return found or {"username": ADMIN, "groups": ["system:masters", "system:authenticated"]}


def _may(_cluster: Cluster, _question: Object, _request: Request, _tokens: Tokens) -> Object:
    return {"allowed": True, "reason": "devcluster has no RBAC"}


def _rules(_cluster: Cluster, _question: Object, _request: Request, _tokens: Tokens) -> Object:
    everything = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
    paths = [{"verbs": ["*"], "nonResourceURLs": ["*"]}]
    return {"resourceRules": everything, "nonResourceRules": paths, "incomplete": False}


def _whose(cluster: Cluster, question: Object, _request: Request, tokens: Tokens) -> Object:
    user = tokens.owner(get_in(question, "spec", "token") or "", cluster.now().timestamp())
    if user is None:
        return {"user": {}, "error": "[invalid bearer token]"}
    audiences = get_in(question, "spec", "audiences")
    return {"authenticated": True, "user": user, **({"audiences": audiences} if audiences else {})}


def _who(cluster: Cluster, _question: Object, request: Request, tokens: Tokens) -> Object:
    return {"userInfo": user_of(cluster, request, tokens)}


_Answer = Callable[[Cluster, Object, Request, Tokens], Object]
_ANSWERS: Final[dict[str, _Answer]] = {
    "SelfSubjectAccessReview": _may,
    "SubjectAccessReview": _may,
    "LocalSubjectAccessReview": _may,
    "SelfSubjectRulesReview": _rules,
    "TokenReview": _whose,
    "SelfSubjectReview": _who,
}
