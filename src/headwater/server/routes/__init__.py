"""The routes of `/v3`, a module per noun, each with its list `ROUTES`; adding a module adds its routes."""
