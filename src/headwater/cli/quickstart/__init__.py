"""`headwater quickstart`: the whole system in one process, with three apps loaded through HTTP and Kubernetes alone."""
