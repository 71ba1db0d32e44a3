"""The wheel works without the clone: all data are inside, and the program runs from it."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import lading
from tests.conftest import require_redis

ROOT = Path(__file__).parents[3]

#: makes the ledger, starts Redis and the zone, and says where the program came from
PROGRAM = """
import django, lading
from django.core.management import call_command
from lading import services
from lading.base import config
django.setup()
call_command("migrate", verbosity=0)
with services.hold(config.current()) as held:
    print(lading.__file__, *(part.state.value for part in held.status().parts))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel, built from a copy of the sources so that nothing of an earlier build gets in."""
    clone, out = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clone)
    shutil.copytree(ROOT / "src", clone / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), str(clone))
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment with the wheel in it, that borrows this one's other packages."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    (packages / "borrowed.pth").write_text(
        "\n".join(site.getsitepackages()) + "\n"
    )  # a plain path: its editables stay out
    pip("--python", str(folder / "bin/python"), "install", "--no-deps", "--no-index", str(wheel))
    return folder


def pip(*words: str) -> None:
    """Run pip, without network."""
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], check=True)


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder far from the clone."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command,
        cwd=home,
        env=environ | {"LADING_HOME": str(home / "data"), "DJANGO_SETTINGS_MODULE": "lading.web.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    """Modules, migrations, SQL, Lua, templates: nothing is left behind, and nothing else comes along."""
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    source = ROOT / "src"
    wanted = {str(path.relative_to(source)) for path in (source / "lading").rglob("*") if path.is_file()}

    assert inside == {name for name in wanted if "__pycache__" not in name}


def test_the_command_runs_outside_the_clone(installed: Path, tmp_path: Path) -> None:
    """`lading --version` says the version of the wheel."""
    ran = run([str(installed / "bin/lading"), "--version"], tmp_path)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "0.1.0" in ran.stdout


def test_ledger_and_embedded_parts_start_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """Migrations and the zone's schema are found where the wheel put them."""
    require_redis()
    ran = run([str(installed / "bin/python"), "-c", PROGRAM], tmp_path)

    assert ran.returncode == 0, ran.stderr
    place, *states = ran.stdout.split()
    assert Path(place).is_relative_to(installed)
    assert not Path(place).is_relative_to(Path(lading.__file__).parent)
    assert states == ["running", "running"]
