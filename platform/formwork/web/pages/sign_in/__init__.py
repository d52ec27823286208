"""How people come in and how they look after that: passwords, factors, passkeys, providers, keys."""
