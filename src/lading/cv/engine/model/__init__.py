"""
Suggestions by a language model: one call for each section, each answer held against the person's text.

The model is behind a port (`ChatModel`); `openai_compatible` is its adapter for any endpoint of that kind, `scripted` its
twin in memory. Nothing is ever sent before `outgoing` has said exactly what, and no answer is believed: what it states
has to stand in the person's text (`lading.cv.engine.guard`), or is never offered.
"""
