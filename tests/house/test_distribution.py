"""What is installed finds its scenarios, policies and doctrines, from a wheel and from an editable install."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

BUILD = "import sys; from hatchling import build; print(getattr(build, sys.argv[1])(sys.argv[2]))"
ASK = """
import site, sys
others = sys.path[:]
site.addsitedir(sys.argv[1])  # as an installation does: it reads .pth files
sys.path[:] = [path for path in sys.path if path not in others] + others
import greatpowers
from greatpowers import load_scenario, names
from greatpowers.scenario.library import configs_directory
print(greatpowers.__file__, configs_directory(), len(names("policies")), load_scenario("2017").name, sep="\\n")
"""


# Data and assets that modules read, and nothing of another kind beside them.
DATA = ("**/*.html", "**/*.toml", "presentation/*.css", "validation/*.css", "validation/data/*.csv",
        "server/data/*.json", "server/assets/*.css", "server/assets/*.js", "server/assets/*.json", "server/assets/*.md",
        "server/assets/*.svg", "browser/assets/*.css", "browser/assets/*.js", "browser/assets/*.wasm",
        "core/*.z")  # fmt: skip


def kept(kind: str) -> set[Path]:
    """Files of one kind in the package, relative to it."""
    package = CHECKOUT / "model/greatpowers"
    return {path.relative_to(package) for path in package.glob(kind)}


def run(*arguments: str, cwd: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-Bc", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def installed(hook: str, directory: Path) -> Path:
    """Build with one of the build system's hooks and unpack what comes out, which is what pip does."""
    wheel = run(BUILD, hook, str(directory), cwd=CHECKOUT)[-1]
    with zipfile.ZipFile(directory / wheel) as archive:
        archive.extractall(directory / "site")
    return directory / "site"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed("build_wheel", tmp_path_factory.mktemp("wheel"))


def test_an_installed_wheel_finds_the_configs_inside_itself(wheel: Path, tmp_path: Path) -> None:
    package, configs, policies, scenario = run(ASK, str(wheel), cwd=tmp_path)
    assert Path(package) == wheel / "greatpowers" / "__init__.py"
    assert Path(configs) == wheel / "greatpowers" / "configs"
    assert int(policies) >= 6
    assert scenario == "2017"


def test_an_editable_install_finds_the_configs_of_the_checkout(tmp_path: Path) -> None:
    site = installed("build_editable", tmp_path)
    package, configs, policies, _ = run(ASK, str(site), cwd=tmp_path)
    assert Path(package) == CHECKOUT / "model" / "greatpowers" / "__init__.py"
    assert Path(configs) == CHECKOUT / "configs"
    assert int(policies) >= 6


def test_a_wheel_holds_every_module_config_and_notebook_and_nothing_else(wheel: Path) -> None:
    held = {path.relative_to(wheel / "greatpowers") for path in (wheel / "greatpowers").rglob("*") if path.is_file()}
    modules = {
        path.relative_to(CHECKOUT / "model/greatpowers") for path in (CHECKOUT / "model/greatpowers").rglob("*.py")
    }
    configs = {path.relative_to(CHECKOUT) for path in (CHECKOUT / "configs").rglob("*.toml")}
    notebooks = {path.relative_to(CHECKOUT) for path in (CHECKOUT / "notebooks").glob("*.ipynb")}
    data = {path for kind in DATA for path in kept(kind)}
    assert held == modules | configs | notebooks | data | {Path("__init__.pyi"), Path("py.typed")}
