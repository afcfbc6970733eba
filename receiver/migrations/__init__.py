"""Ordered steps of the database's shape; each is committed together with its own record."""

HEAD = "0009"
"""The newest step this program knows (a test holds it against the files)."""
