"""Long work: asked for in the database, done by worker processes, each job once in effect whatever crashes."""
