"""What every part shares and nothing else: errors, events, cancellation, retry, clock, paths, config."""
