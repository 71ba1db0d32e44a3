"""Stores in the settings: by name, from a file or from variables, and never with a key in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base import config
from lading.base.config import Settings
from lading.base.config_s3 import Addressing, S3Profile
from lading.base.errors import UsageError


def settings(tmp_path: Path, text: str = "", **variables: str) -> Settings:
    (tmp_path / "lading.toml").write_text(text)
    return config.load({"HOME": str(tmp_path), **variables}, tmp_path)


def test_a_store_is_a_table_and_variables_win(tmp_path: Path) -> None:
    """As for any other setting."""
    text = '[s3.archive]\nendpoint = "https://s3.example.org/"\nregion = "x"\naddressing = "path"'
    found = settings(tmp_path, text, LADING_S3__ARCHIVE__REGION="y", LADING_S3__OTHER_ONE__ANONYMOUS="true").s3

    assert found == {
        "archive": S3Profile(endpoint="https://s3.example.org", region="y", addressing=Addressing.PATH),
        "other_one": S3Profile(anonymous=True),
    }


def test_worker_processes_get_the_same_stores(tmp_path: Path) -> None:
    """Whole, with the password of the proxy."""
    text = '[s3.one]\nverify = false\nkey_file = "~/keys"\nconnections = 3\n[s3.two]\nproxy = "http://u:p@h:1"\netags = "opaque"'
    found = settings(tmp_path, text)

    assert config.load(found.as_environ(), tmp_path).s3 == found.s3
    assert "p@" not in repr(found), "a proxy shows itself without its password"
    assert "u:p" not in found.model_dump_json()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[s3.one]\nendpoint = "https://key:secret@host"', "must not hold a key"),
        ('[s3.one]\nendpoint = "host:9000"', "must start with http"),
        ('[s3.one]\nendpoint = "https://"', "name a host"),
        ('[s3.one]\nproxy = "socks5://host"', "must start with http"),
        ('[s3.one]\nkey_file = "keys"', "absolute path"),
        ('[s3.one]\nkey_file = "/keys"\naws_profile = "x"', "aws_profile and key_file are both set"),
        ('[s3.one]\nca_file = "/ca.pem"\nverify = false', "ca_file is set and verify is false"),
        ('[s3.one]\nsecret_key = "x"', r"There is no setting s3\.one\.secret_key"),
        ('[s3.one]\nregoin = "x"', r"s3\.NAME\.region"),
        ('[s3.One]\nregion = "x"', "small letters"),
        ('[s3.a-b]\nregion = "x"', "small letters"),
        ("[s3.one]\nconnections = 0", "greater than 0"),
        ('s3 = "x"', "There is no setting s3 "),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    """Which never shows what was written."""
    with pytest.raises(UsageError, match=told) as refused:
        settings(tmp_path, text)

    assert "secret@" not in str(refused.value)
