"""The figures of the project, measured on the system as shipped; see README.md."""
