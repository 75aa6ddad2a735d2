"""The store: centres in versions, results, jobs and people, in SQLite or PostgreSQL."""
