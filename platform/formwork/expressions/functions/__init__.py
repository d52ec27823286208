"""The function library: one table of `Function`, each with its type rule, its Python form and its documentation."""
