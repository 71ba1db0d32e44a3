"""`lading --server URL …`: the same commands against a Lading on another host, by its API; needs no ledger here."""
