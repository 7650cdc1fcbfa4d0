"""The demonstration behind `impasto demo`: every operation once, on a photograph that is shipped.

Must not do anything an artist could not do; it uses `core_server.api` like everybody else.
"""
