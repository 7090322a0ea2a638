"""Structs of what goes over `/v3`, a module per noun: queries and bodies on the way in, replies on the way out.

Server and client share them. Field names are Doppler's, camelCase where Doppler's are; plaintext stands in `Hidden`.
"""
