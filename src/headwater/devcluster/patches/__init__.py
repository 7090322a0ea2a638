"""Ways to patch an object: merge (RFC 7396), JSON (RFC 6902) and Kubernetes' strategic merge. All are pure."""
