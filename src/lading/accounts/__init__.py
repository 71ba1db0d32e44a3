"""Who may do what by the web and the API: people, roles, tokens, what each role may touch, and the trail of it all."""
