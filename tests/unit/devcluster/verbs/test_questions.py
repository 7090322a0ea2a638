"""Questions: access, tokens, and whose a token is."""

from tests.support.devcluster import Devcluster

ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"


def test_everybody_may_do_everything(dev: Devcluster) -> None:
    body = {"spec": {"resourceAttributes": {"verb": "get", "resource": "secrets"}}}
    found = dev.create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body)
    assert found["status"]["allowed"] is True


def test_a_token_of_a_service_account_is_known_again(dev: Devcluster) -> None:
    asked = {"spec": {"expirationSeconds": 600, "audiences": ["me"]}}
    issued = dev.create(f"{ACCOUNTS}/default/token", asked)["status"]
    assert issued["expirationTimestamp"] == "2026-11-25T12:10:00Z"
    reviewed = dev.create(REVIEWS, {"spec": {"token": issued["token"]}})["status"]
    assert reviewed["authenticated"] is True
    assert reviewed["user"]["username"] == "system:serviceaccount:default:default"


def test_any_other_token_is_nobodys(dev: Devcluster) -> None:
    reviewed = dev.create(REVIEWS, {"spec": {"token": "made-up"}})["status"]
    assert "authenticated" not in reviewed


def test_a_service_account_that_is_not_there_has_no_token(dev: Devcluster) -> None:
    assert dev.status("POST", f"{ACCOUNTS}/nobody/token", {}) == (404, "NotFound")


def test_what_a_container_would_say_is_refused_in_words(dev: Devcluster) -> None:
    pods = "/api/v1/namespaces/default/pods"
    assert dev.status("GET", f"{pods}/p/log") == (404, "NotFound")
    dev.create(pods, {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "c:1"}]}})
    assert dev.status("GET", f"{pods}/p/log") == (501, "NotImplemented")


def test_a_question_cannot_be_listed(dev: Devcluster) -> None:
    assert dev.status("GET", f"{REVIEWS}/x") == (405, "MethodNotAllowed")
