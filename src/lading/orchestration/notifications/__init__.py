"""Telling people and programs that a run has ended: what is told (`content`), to whom (`orders`), until it arrived."""
