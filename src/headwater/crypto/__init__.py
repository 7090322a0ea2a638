"""Keys and what is done with them: envelopes, the keyring, tokens, ETags, digests of the log's chain.

Knows ids as text and bytes only, and no storage: what is wrapped here is kept elsewhere.
"""
