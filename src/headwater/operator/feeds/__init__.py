"""Feeds: what several ExternalSecrets read from one place is fetched once, kept in memory, and wakes them.

`reading` has the types (pure); `feeds` is what the manager makes and reconciles call.
"""
