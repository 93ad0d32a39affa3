"""HTTP: routes convert, call, convert."""
