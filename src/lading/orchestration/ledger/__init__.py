"""The truth about runs: who may do what, what was done, what is left."""
