"""The verbs of the API: each takes the cluster, where, and a request, and returns a reply or raises RefusedError."""
