"""A model in memory that says what it was told to say: for tests, and for trying things without a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lading.base.errors import LadingError
from lading.cv.engine.model.port import Answer, Listener, Prompt, deaf

#: an answer, its text, an error to raise, or a function that makes one of them of the prompt
Line = Answer | str | LadingError | Callable[[Prompt], Answer | str]


class ScriptedModel:
    """Answers with its lines, in order, the last one again and again."""

    def __init__(self, lines: Iterable[Line], *, piece: int = 7) -> None:
        self._lines = list(lines)
        self._piece = piece
        #: every prompt that was asked
        self.asked: list[Prompt] = []

    def complete(self, prompt: Prompt, listen: Listener = deaf) -> Answer:
        """Return the next line; raise it if it is an error."""
        self.asked.append(prompt)
        line = self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]
        if isinstance(line, LadingError):
            raise line
        made = line(prompt) if callable(line) else line
        answer = Answer(text=made) if isinstance(made, str) else made
        for at in range(0, len(answer.text), self._piece):
            listen(answer.text[at : at + self._piece])
        return answer

    def outgoing(self, prompt: Prompt) -> str:
        """Return instructions and material."""
        return f"{prompt.instructions}\n{prompt.material}"
