"""Who may do what: people and systems, their roles and rights, sign-in, tokens, keys and the audit."""
