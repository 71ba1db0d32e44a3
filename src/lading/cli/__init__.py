"""The command line: starts services, submits, follows. It never moves a byte itself."""
