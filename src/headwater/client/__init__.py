"""An async client of the API `/v3`: of our server or of Doppler's.

`client` has the calls; `transport` owns the connections; `errors` is all that a caller needs to tell apart. Nothing of
a reply's body ever reaches an error's text, save a JSON error's `messages`, masked: bodies may hold values.
"""
