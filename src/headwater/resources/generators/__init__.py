"""The objects of generators.external-secrets.io: things that make values instead of fetching them.

Each spec keeps fields that it does not list, so that a generator written for a newer release is never cut short.
"""
