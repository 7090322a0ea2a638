"""The server: Doppler's API `/v3` over HTTP, and the streams that wake its watchers.

`edge` runs use cases, `hub` wakes streams, `routes/` holds one module per noun, found by listing the folder.
"""
