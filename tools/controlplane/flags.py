"""What the programs are started with.

Surprise: the API server's advertised address must not be loopback, though nothing ever uses it.
"""

from pathlib import Path

_CONTROLLERS = (
    "namespace-controller,garbage-collector-controller,serviceaccount-controller,serviceaccount-token-controller,"
    "root-ca-certificate-publisher-controller,clusterrole-aggregation-controller,deployment-controller,"
    "replicaset-controller,statefulset-controller,daemonset-controller,job-controller,cronjob-controller"
)

_AUDIT_POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    verbs: [create, update, patch, delete, deletecollection]
"""


def etcd_flags(folder: Path, clients: str, peers: str) -> list[str]:
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={clients}",
        f"--advertise-client-urls={clients}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def api_server_flags(folder: Path, etcd: str, port: int) -> list[str]:
    pki = folder / "pki"
    policy = folder / "audit-policy.yaml"
    policy.write_text(_AUDIT_POLICY, encoding="utf-8")
    return [
        f"--etcd-servers={etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--advertise-address=10.96.255.254",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC",
        f"--client-ca-file={pki / 'ca.crt'}",
        f"--tls-cert-file={pki / 'apiserver.crt'}",
        f"--tls-private-key-file={pki / 'apiserver.key'}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={pki / 'sa.pub'}",
        f"--service-account-signing-key-file={pki / 'sa.key'}",
        f"--audit-policy-file={policy}",
        f"--audit-log-path={folder / 'audit.log'}",
        f"--cert-dir={pki}",
        "--profiling=false",
    ]


def controller_flags(folder: Path) -> list[str]:
    return [
        f"--kubeconfig={folder / 'kubeconfig'}",
        "--leader-elect=false",
        f"--service-account-private-key-file={folder / 'pki' / 'sa.key'}",
        f"--root-ca-file={folder / 'pki' / 'ca.crt'}",
        "--secure-port=0",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        f"--controllers={_CONTROLLERS}",
    ]
