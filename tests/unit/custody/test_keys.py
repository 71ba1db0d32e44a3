"""Keys that sign manifests: what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.errors import Remedy, UsageError
from lading.ingest.engine.custody import HmacKey, PublicKey, SigningKey, generate
from lading.ingest.engine.custody.keys import ManifestKeyUnusable

OTHER_KIND = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----
"""


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    """What it signed could not be verified any more; a public half that is there is refused as well."""
    generate(tmp_path / "key")
    before = (tmp_path / "key").read_bytes()

    with pytest.raises(UsageError, match="there already"):
        generate(tmp_path / "key")
    (tmp_path / "key.pub").unlink()
    with pytest.raises(UsageError, match="there already"):
        generate(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == before


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """No traceback."""
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        generate(tmp_path / "no" / "key")


def test_a_key_that_others_can_read_signs_nothing(tmp_path: Path) -> None:
    """A person is asked: the run waits, and goes on when the key is right."""
    generate(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)

    with pytest.raises(ManifestKeyUnusable, match=r"can be read by others\. chmod 600") as refused:
        SigningKey.load(tmp_path / "key")
    assert refused.value.remedy is Remedy.ASK_PERSON


@pytest.mark.parametrize("text", ["", "no key", OTHER_KIND])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    """As a private and as a public one."""
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(ManifestKeyUnusable):
        SigningKey.load(path)
    with pytest.raises(UsageError, match=r"public key|another kind"):
        PublicKey.load(path)


def test_a_key_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """For who signs and for who verifies."""
    with pytest.raises(ManifestKeyUnusable, match="cannot be read: No such file"):
        SigningKey.load(tmp_path / "key")
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        PublicKey.load(tmp_path / "key")


def test_the_id_of_the_installation_tells_nothing_of_its_secret() -> None:
    """It differs from secret to secret and is no part of what signs."""
    key = HmacKey("secret")

    assert key.id != HmacKey("other").id
    assert len(key.id) == 16
    assert not key.sign(b"message").hex().startswith(key.id)
