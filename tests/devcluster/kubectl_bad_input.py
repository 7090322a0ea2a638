"""Kubectl on what no API server takes: pods, Services, workloads and all else that people write by hand."""

# ruff: noqa: E501 - command lines are as long as people write them

from typing import Final

from tests.devcluster.kubectl_line import Line


def _object(api_version: str, kind: str, name: str, rest: str = "") -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}"


def _pod(name: str, spec: str = "", container: str = "image: 'app:1'") -> str:
    more = f", {spec}" if spec else ""
    return _object("v1", "Pod", name, f"spec: {{containers: [{{name: c, {container}}}]{more}}}\n")


def _service(name: str, spec: str) -> str:
    return _object("v1", "Service", name, f"spec: {spec}\n")


BAD_INPUT: Final[dict[str, list[Line]]] = {
    "t-pods": [
        Line("create -f -", _pod("p", container="imge: x")),
        Line("create -f -", _pod("p", container="image: x, ports: [{containerPort: 99999}]")),
        Line(
            "create -f -",
            _pod("p", container="image: x, ports: [{containerPort: 80, name: a}, {containerPort: 81, name: a}]"),
        ),
        Line("create -f -", _pod("p", container="image: x, ports: [{containerPort: 80, protocol: HTTP}]")),
        Line("create -f -", _pod("p", container="image: x, ports: [{}]")),
        Line("create -f -", _pod("p", container="image: x, env: [{name: 'a b'}]")),
        Line("create -f -", _pod("p", container="image: x, env: [{value: b}]")),
        Line(
            "create -f -",
            _pod("p", container="image: x, env: [{name: A, value: b, valueFrom: {secretKeyRef: {name: s, key: k}}}]"),
        ),
        Line("create -f -", _pod("p", container="image: x, env: [{name: A, valueFrom: {}}]")),
        Line("create -f -", _pod("p", container="image: x, env: [{name: A, valueFrom: {secretKeyRef: {name: s}}}]")),
        Line("create -f -", _pod("p", container="image: x, envFrom: [{}]")),
        Line("create -f -", _pod("p", container="image: x, envFrom: [{secretRef: {}}]")),
        Line("create -f -", _pod("p", container="image: x, resources: {limits: {cpu: lots}}")),
        Line("create -f -", _pod("p", container="image: x, resources: {limits: {cpu: 1}, requests: {cpu: 2}}")),
        Line("create -f -", _pod("p", container="image: x, resources: {limits: {memory: -1Gi}}")),
        Line("create -f -", _pod("p", container="image: x, resources: {limits: {foo: 1}}")),
        Line("create -f -", _pod("p", container="image: x, imagePullPolicy: Sometimes")),
        Line("create -f -", _pod("p", container="image: x, volumeMounts: [{name: v, mountPath: /x}]")),
        Line(
            "create -f -",
            _pod(
                "p",
                container="image: x, volumeMounts: [{name: v, mountPath: ''}]",
                spec="volumes: [{name: v, emptyDir: {}}]",
            ),
        ),
        Line("create -f -", _pod("p", spec="volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]")),
        Line("create -f -", _pod("p", spec="volumes: [{name: V_, emptyDir: {}}]")),
        Line("create -f -", _pod("p", spec="volumes: [{name: v, secret: {}}]")),
        Line("create -f -", _pod("p", spec="volumes: [{name: v, secret: {secretName: s}, configMap: {name: c}}]")),
        Line("create -f -", _pod("p", spec="restartPolicy: Sometimes")),
        Line("create -f -", _pod("p", spec="dnsPolicy: Nope")),
        Line("create -f -", _pod("p", spec="terminationGracePeriodSeconds: -1")),
        Line("create -f -", _pod("p", spec="nodeSelector: {'a b': c}")),
        Line("create -f -", _pod("p", spec="tolerations: [{key: a, operator: Nope}]")),
        Line("create -f -", _pod("p", spec="hostNetwork: yes-please")),
        Line("create -f -", _pod("p", container="image: x, livenessProbe: {}")),
        Line(
            "create -f -",
            _pod("p", container="image: x, livenessProbe: {httpGet: {path: /, port: http}, periodSeconds: -1}"),
        ),
        Line("create -f -", _pod("p", container="image: x, livenessProbe: {httpGet: {path: /, port: 0}}")),
        Line(
            "create -f -",
            _pod("p", container="image: x, livenessProbe: {httpGet: {path: /, port: 80}, exec: {command: [a]}}"),
        ),
        Line("create -f -", _pod("p", container="image: x, command: run")),
        Line("create -f -", _pod("p", container="image: x, args: [1, 2]")),
        Line("create -f -", _pod("p", container="image: x, securityContext: {runAsUser: -1}")),
        Line("create -f -", _pod("p", container="image: x, securityContext: {runAsUser: root}")),
        Line("create -f -", _pod("p", container="image: ' x'")),
        Line(
            "create -f -", _object("v1", "Pod", "p", "spec: {containers: [{name: c, image: x}, {name: c, image: y}]}\n")
        ),
        Line("create -f -", _object("v1", "Pod", "p", "spec: {containers: [{name: C_, image: x}]}\n")),
        Line("create -f -", _object("v1", "Pod", "p", "spec: {containers: {name: c}}\n")),
        Line(
            "create -f -",
            _object(
                "v1", "Pod", "p", "spec: {initContainers: [{name: c, image: x}], containers: [{name: c, image: x}]}\n"
            ),
        ),
        Line("create -f -", _object("v1", "Pod", "p", "")),
        Line("create -f -", _object("v1", "Pod", "p", "spec: {}\n")),
        Line("create -f -", _pod("good")),
        Line('patch pod good -p {"metadata":{"labels":{"a":"b"}}}'),
    ],
    "t-services": [
        Line("create -f -", _service("s", "{ports: [{port: 80}, {port: 81}]}")),
        Line("create -f -", _service("s", "{ports: [{port: 80, name: a}, {port: 81, name: a}]}")),
        Line("create -f -", _service("s", "{ports: [{port: 80, name: a}, {port: 80, name: b}]}")),
        Line("create -f -", _service("s", "{ports: [{port: 80, name: A_}]}")),
        Line("create -f -", _service("s", "{ports: [{port: 0}]}")),
        Line("create -f -", _service("s", "{ports: [{port: http}]}")),
        Line("create -f -", _service("s", "{ports: [{port: 80, protocol: HTTP}]}")),
        Line("create -f -", _service("s", "{ports: [{port: 80, targetPort: 0}]}")),
        Line("create -f -", _service("s", "{ports: [{port: 80, targetPort: 'a_b'}]}")),
        Line("create -f -", _service("s", "{type: Nope, ports: [{port: 80}]}")),
        Line("create -f -", _service("s", "{type: ExternalName}")),
        Line("create -f -", _service("s", "{clusterIP: 1.2.3, ports: [{port: 80}]}")),
        Line("create -f -", _service("s", "{sessionAffinity: Nope, ports: [{port: 80}]}")),
        Line("create -f -", _service("1s", "{ports: [{port: 80}]}")),
        Line("create -f -", _service("s", "{selector: {a: 'b c'}, ports: [{port: 80}]}")),
        Line("create -f -", _service("s", "{selector: {a: b}, ports: [{port: 80, nodePort: 30123}]}")),
        Line("create -f -", _service("s2", "{type: NodePort, selector: {a: b}, ports: [{port: 80, nodePort: 30123}]}")),
        Line("create -f -", _service("hl", "{clusterIP: None, selector: {a: b}}")),
        Line("get svc hl -o jsonpath={.spec.clusterIPs}{.spec.ports}"),
        Line('patch svc s2 -p {"spec":{"type":"ClusterIP"}}'),
        Line("get svc s2 -o jsonpath={.spec.ports}{.spec.type}{.spec.externalTrafficPolicy}"),
        Line('patch svc s2 -p {"spec":{"clusterIP":"10.0.0.200"}}'),
        Line('patch svc s2 -p {"spec":{"clusterIP":""}}'),
        Line("describe svc hl"),
    ],
    "t-bad-workloads": [
        Line("create -f -", _object("apps/v1", "Deployment", "d", "spec: {}\n")),
        Line("create -f -", _object("apps/v1", "Deployment", "d", "")),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {strategy: {type: Nope}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {strategy: {rollingUpdate: {maxSurge: 150x}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {minReadySeconds: -1, revisionHistoryLimit: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {selector: {matchExpressions: [{key: a, operator: Nope}]}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {selector: {matchExpressions: [{key: a, operator: In}]}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "Deployment",
                "d",
                "spec: {selector: {matchExpressions: [{key: a, operator: In, values: [b]}]}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line('patch deploy d -p {"spec":{"template":{"spec":{"containers":[{"name":"c","$patch":"delete"}]}}}}'),
        Line('patch deploy d -p {"spec":{"template":{"spec":{"containers":[{"image":"y"}]}}}}'),
        Line('patch deploy d -p {"spec":{"replicas":"3"}}'),
        Line('patch deploy d -p {"spec":{"replicas":3.5}}'),
        Line('patch deploy d --type=merge -p {"spec":{"template":null}}'),
        Line("create -f -", _object("apps/v1", "StatefulSet", "ss", "spec: {}\n")),
        Line(
            "create -f -",
            _object(
                "apps/v1",
                "StatefulSet",
                "ss",
                "spec: {replicas: 0, serviceName: x, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line('patch sts ss -p {"spec":{"serviceName":"y"}}'),
        Line('patch sts ss -p {"spec":{"replicas":-1}}'),
        Line("create -f -", _object("apps/v1", "DaemonSet", "ds", "spec: {}\n")),
        Line("create -f -", _object("apps/v1", "ReplicaSet", "rs", "spec: {}\n")),
        Line("create -f -", _object("batch/v1", "Job", "j", "spec: {}\n")),
        Line(
            "create -f -",
            _object("batch/v1", "Job", "j", "spec: {template: {spec: {containers: [{name: c, image: x}]}}}\n"),
        ),
        Line(
            "create -f -",
            _object(
                "batch/v1",
                "Job",
                "j",
                "spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}\n",
            ),
        ),
        Line("create -f -", _object("batch/v1", "CronJob", "cj", "spec: {schedule: '* * * * *'}\n")),
        Line(
            "create -f -",
            _object(
                "batch/v1",
                "CronJob",
                "cj",
                "spec: {suspend: true, schedule: '99 * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "batch/v1",
                "CronJob",
                "cj",
                "spec: {suspend: true, schedule: '@daily', concurrencyPolicy: Nope, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}\n",
            ),
        ),
    ],
    "t-stored": [
        Line("create -f -", _object("networking.k8s.io/v1", "Ingress", "i", "spec: {}\n")),
        Line(
            "create -f -",
            _object(
                "networking.k8s.io/v1",
                "Ingress",
                "i",
                "spec: {rules: [{host: 'Bad_', http: {paths: [{path: x, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "networking.k8s.io/v1",
                "Ingress",
                "i",
                "spec: {rules: [{http: {paths: [{path: /x, backend: {service: {name: s}}}]}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object("networking.k8s.io/v1", "NetworkPolicy", "np", "spec: {podSelector: {}, policyTypes: [Nope]}\n"),
        ),
        Line(
            "create -f -",
            _object("networking.k8s.io/v1", "NetworkPolicy", "np", "spec: {podSelector: {matchLabels: {a: b}}}\n"),
        ),
        Line("get netpol np"),
        Line("get netpol np -o jsonpath={.spec}"),
        Line("create -f -", _object("v1", "PersistentVolumeClaim", "pvc", "spec: {}\n")),
        Line(
            "create -f -",
            _object(
                "v1",
                "PersistentVolumeClaim",
                "pvc",
                "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n",
            ),
        ),
        Line(
            "create -f -", _object("v1", "LimitRange", "lr", "spec: {limits: [{type: Container, default: {cpu: 1}}]}\n")
        ),
        Line("create -f -", _object("v1", "ResourceQuota", "rq", "spec: {hard: {pods: many}}\n")),
        Line(
            "create -f -",
            _object("rbac.authorization.k8s.io/v1", "Role", "r", "rules: [{apiGroups: [''], resources: [pods]}]\n"),
        ),
        Line("create -f -", _object("rbac.authorization.k8s.io/v1", "Role", "r", "rules: [{verbs: [get]}]\n")),
        Line(
            "create -f -",
            _object("rbac.authorization.k8s.io/v1", "Role", "r", "rules: [{verbs: [get], nonResourceURLs: [/x]}]\n"),
        ),
        Line("create -f -", _object("rbac.authorization.k8s.io/v1", "RoleBinding", "r", "roleRef: {}\n")),
        Line(
            "create -f -",
            _object(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "r",
                "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: User, name: a}, {kind: ServiceAccount, name: b}, {kind: Nope, name: c}]\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "r",
                "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: []\n",
            ),
        ),
        Line('patch rolebinding r --type=merge -p {"roleRef":{"name":"edit"}}'),
        Line(
            "create -f -",
            _object(
                "coordination.k8s.io/v1",
                "Lease",
                "le",
                "spec: {holderIdentity: me, renewTime: '2026-01-01T00:00:00.000000Z', leaseTransitions: -1}\n",
            ),
        ),
        Line("create -f -", _object("v1", "Event", "ev2", "involvedObject: {kind: Pod, name: x, namespace: other}\n")),
        Line("create -f -", _object("v1", "Namespace", "t-bad-UPPER")),
        Line("create -f -", _object("v1", "Namespace", "n" * 64)),
        Line(
            "create -f -",
            _object(
                "v1",
                "ServiceAccount",
                "sa2",
                "automountServiceAccountToken: false\nsecrets: [{name: a}]\nimagePullSecrets: [{name: b}]\n",
            ),
        ),
    ],
}
