"""The library of meetings: SQLite through sqlite-utils. The schema is described in docs/schema.md."""
