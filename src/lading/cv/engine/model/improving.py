"""Asks a model about one section: one call, one more where the answer was broken or cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from lading.base.errors import LadingError, Remedy
from lading.base.retry import RetryPolicy
from lading.cv.engine.improve.suggestion import Suggestion
from lading.cv.engine.improve.version import Version
from lading.cv.engine.model.answer import Rewrite, RewriteListener
from lading.cv.engine.model.errors import ContextTooSmall, Malformed
from lading.cv.engine.model.material import Section, prompt_of, sections_of
from lading.cv.engine.model.port import Answer, ChatModel, Finish, Prompt, Usage
from lading.cv.engine.model.propose import Withheld, proposals

#: characters of a token at most, whatever the language: fewer tokens than that were read, and something was cut
_LONGEST_TOKEN = 12
_AGAIN = "\n\nYour last answer was not the JSON object that was asked for. Answer with that object alone, without any other text."


@dataclass(frozen=True, slots=True, kw_only=True)
class Improved:
    """What came of asking about one section."""

    section: Section
    suggestions: tuple[Suggestion, ...]
    withheld: tuple[Withheld, ...]
    #: of each call that was made
    usage: tuple[Usage, ...]
    #: points about which the model had no room to answer
    unanswered: tuple[str, ...] = ()


#: takes each suggestion as soon as it was heard and judged; may raise, which ends the call
Heard = Callable[[Suggestion], None]


def prompts_of(version: Version) -> tuple[Prompt, ...]:
    """Return everything that would be asked about a version, a prompt for each section."""
    return tuple(prompt_of(section, version.resume.language) for section in sections_of(version))


def improve_section(section: Section, version: Version, model: ChatModel, heard: Heard = lambda _: None) -> Improved:
    """
    Return what a model suggests for one section, each suggestion judged.

    ==================  =======================================================
    the answer          then
    ==================  =======================================================
    is whole            done
    ran into its limit  what is whole is kept; the other points are asked again
    is no JSON          asked once more; then `Malformed`
    ==================  =======================================================

    Errors of the model are passed on; when to try again is the caller's decision.
    """
    call = _Call(section, version, model, heard)
    first = call.ask(section)
    if first.finish is Finish.LENGTH:
        left = section.without(call.answered)
        if left.points and call.answered:
            call.ask(left)
        return call.improved(section.without(call.answered) if left.points else None)
    if not call.is_whole and not call.found:
        call.ask(section, again=True)
        if not call.is_whole and not call.found:
            raise Malformed(f"The model's answer about {section.title} is no JSON", hint="Try a larger model")
    return call.improved(None)


class _Call:
    """One section's calls to a model and what was heard."""

    def __init__(self, section: Section, version: Version, model: ChatModel, heard: Heard) -> None:
        self._section, self._version, self._model, self._heard = section, version, model, heard
        self._usage: list[Usage] = []
        self._told: list[Suggestion] = []
        self._withheld: list[Withheld] = []
        self.found: list[Rewrite] = []
        self.is_whole = False

    @property
    def answered(self) -> frozenset[str]:
        """Names of the points about which something was said."""
        return frozenset(one.point for one in self.found)

    def ask(self, section: Section, *, again: bool = False) -> Answer:
        prompt = prompt_of(section, self._version.resume.language)
        if again:
            prompt = replace(prompt, instructions=prompt.instructions + _AGAIN)
        listener = RewriteListener()

        def listen(piece: str) -> None:
            self._take(listener.hear(piece), section)

        answer = self._model.complete(prompt, listen)
        self._usage.append(answer.usage)
        _check_room(prompt, answer.usage)
        self.is_whole = listener.is_whole
        return answer

    def _take(self, rewrites: list[Rewrite], section: Section) -> None:
        new = [one for one in rewrites if one.point not in self.answered]
        self.found += new
        for made in proposals(new, section, self._version):
            if isinstance(made, Suggestion):
                self._told.append(made)
                self._heard(made)
            else:
                self._withheld.append(made)

    def improved(self, left: Section | None) -> Improved:
        return Improved(
            section=self._section,
            suggestions=tuple(self._told),
            withheld=tuple(self._withheld),
            usage=tuple(self._usage),
            unanswered=tuple(one.pointer for one in left.points) if left else (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A section about which the model could not be asked."""

    section: Section
    error: LadingError


def improve_all(
    version: Version, model: ChatModel, *, policy: RetryPolicy, wait: Callable[[timedelta], None]
) -> tuple[tuple[Improved, ...], tuple[Failed, ...]]:
    """
    Ask about every section, one after the other, and return what came of it.

    A section that fails leaves the others; where a person has to change something, no more is asked.
    """
    improved: list[Improved] = []
    failed: list[Failed] = []
    for section in sections_of(version):
        try:
            improved.append(_patiently(section, version, model, policy, wait))
        except LadingError as error:
            failed.append(Failed(section=section, error=error))
            if error.remedy is Remedy.ASK_PERSON:
                break
    return tuple(improved), tuple(failed)


def _patiently(
    section: Section, version: Version, model: ChatModel, policy: RetryPolicy, wait: Callable[[timedelta], None]
) -> Improved:
    attempt = 1
    while True:
        try:
            return improve_section(section, version, model)
        except LadingError as error:
            delay = policy.next_delay(error, attempt, jitter=1.0)
            if delay is None:
                raise
            wait(delay)
            attempt += 1


def _check_room(prompt: Prompt, usage: Usage) -> None:
    """Raise `ContextTooSmall` where the endpoint read far less than it was sent: some cut off the beginning quietly."""
    sent = len(prompt.instructions) + len(prompt.material)
    if usage.prompt is not None and 0 < usage.prompt < sent / _LONGEST_TOKEN:
        raise ContextTooSmall(
            f"The model read {usage.prompt} tokens of a request of {sent} characters",
            hint="Give it a larger context: for Ollama set OLLAMA_CONTEXT_LENGTH=8192",
        )
