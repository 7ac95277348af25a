"""Meetings as text and files. Pure functions of a `Meeting`, and one module, `write`, that touches the disk."""
