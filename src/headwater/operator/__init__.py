"""The operator: keeps the Secrets of a cluster as its ExternalSecrets and their stores say.

Per kind a folder: `plan` decides (pure), `reconcile` reads, plans, applies and reports. `reach` is the one place that
says what an object may refer to; `cluster` is the only one that reads from and writes to the Kubernetes API.
"""
