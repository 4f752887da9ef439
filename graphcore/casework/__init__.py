"""Pure steps of a household's walk."""
