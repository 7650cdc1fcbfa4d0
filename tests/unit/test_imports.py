"""The architecture, kept by reading every import: who may import whom (DESIGN §1).

Reads source text only; nothing of the project is imported, but by the last tests' own Python.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "torchvision", "diffusers", "transformers", "open_clip", "accelerate"}
HOSTS = {
    "krita": {"krita", "PyQt5", "PyQt6"},
    "gimp": {"gi"},
    "blender": {
        "addon_utils", "blf", "bmesh", "bpy", "bpy_extras", "gpu", "gpu_extras", "mathutils",
        "numpy",
    },
}  # fmt: skip
PICTURES = {"numpy", "PIL", "scipy", "skimage", "patchmatch", "tifffile", "imagecodecs"}
PLUGIN_USERS = {
    f"core_server/hosts/{name}.py": {"plugins.build"}
    for name in ("blender", "gimp", "krita", "places")
}
"""The installer copies plugins, and so does not import them, but what lays them out."""
ZMQ = {"core_server/transport_zmq.py", "core_server/daemon/router.py"}
NEWER_THAN_3_10 = {
    "BaseExceptionGroup",
    "ExceptionGroup",
    "LiteralString",
    "Never",
    "NotRequired",
    "ReprEnum",
    "Required",
    "Self",
    "StrEnum",
    "TaskGroup",
    "UTC",
    "assert_never",
    "assert_type",
    "batched",
    "override",
    "tomllib",
}


class Import(NamedTuple):
    """One imported module. is_lazy: in a function or for type checkers, so not at once."""

    module: str
    names: tuple[str, ...]
    line: int
    is_lazy: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), place(path))


def is_for_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def statements(node: ast.AST, is_lazy: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """All statements below a node, and whether each is lazy. No expression has one inside."""
    is_lazy |= isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or is_for_checkers(node)
    for block in ("body", "orelse", "handlers", "finalbody", "cases"):
        for inner in getattr(node, block, ()):
            if isinstance(inner, ast.stmt):
                yield inner, is_lazy
            yield from statements(inner, is_lazy)


@cache
def imports(path: Path) -> tuple[Import, ...]:
    found: list[Import] = []
    for node, is_lazy in statements(tree(path)):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, (), node.lineno, is_lazy) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            found.append(Import(absolute(path, node), names, node.lineno, is_lazy))
    return tuple(found)


def absolute(path: Path, node: ast.ImportFrom) -> str:
    """The module of `from … import`, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def outsiders(folder: str, allowed: set[str]) -> list[str]:
    """Imports of the folder that are neither standard library nor allowed.

    allowed: packages, with all that lies below them.
    """
    prefixes = tuple(f"{package}." for package in allowed)
    return [
        f"{place(path)}:{found.line} imports {found.module}"
        for path in sources(folder)
        for found in imports(path)
        if found.top not in sys.stdlib_module_names and not f"{found.module}.".startswith(prefixes)
    ]


RULES: dict[str, set[str]] = {
    "protocol": {"protocol"},
    "plugins/common": {"plugins.common", "protocol"},
    **{
        f"plugins/{host}": {f"plugins.{host}", "plugins.common", "protocol", *modules}
        for host, modules in HOSTS.items()
    },
    "plugins/gimp/fu": {"plugins.gimp.fu", *HOSTS["gimp"]},
    "core_server/operations": {"core_server.operations", "protocol"},
    "core_server/imaging": {"core_server.imaging", "protocol", *PICTURES},
}


@pytest.mark.parametrize(("folder", "allowed"), RULES.items(), ids=RULES.keys())
def test_a_package_imports_only_what_it_may(folder: str, allowed: set[str]) -> None:
    assert outsiders(folder, allowed) == []


def test_the_rules_look_at_something() -> None:
    assert len(sources("protocol")) > 5
    assert len(sources("core_server/operations", "core_server/imaging")) > 5
    assert outsiders("protocol", set()) != []


def test_protocol_imports_itself_relatively_and_plugins_import_it_absolutely() -> None:
    for path in sources("protocol"):
        for node, _ in statements(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").partition(".")[0] != "protocol", place(path)
    for path in sources("plugins"):
        for node, _ in statements(tree(path)):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{place(path)}:{node.lineno}: `build` writes the dots"


def test_what_packs_the_plugins_needs_the_standard_library_alone() -> None:
    for found in imports(ROOT / "plugins/build.py"):
        assert found.top in sys.stdlib_module_names, f"plugins/build.py:{found.line}"


def test_the_core_imports_neither_tests_nor_plugins_but_what_packs_them() -> None:
    for path in sources("protocol", "core_server"):
        allowed = PLUGIN_USERS.get(place(path), set())
        for found in imports(path):
            is_foreign = found.top in ("plugins", "tests") and found.module not in allowed
            assert not is_foreign, f"{place(path)}:{found.line} imports {found.module}"


def test_numpy_in_blender_is_for_what_touches_pixels_alone() -> None:
    for path in sources("plugins"):
        if "plugins/blender/host/" not in place(path):
            assert "numpy" not in {found.top for found in imports(path)}, place(path)


def test_the_versions_of_gimps_libraries_are_chosen_in_one_place() -> None:
    """And whatever imports them, imports that place before, be it on the way to its own package."""
    chosen = "plugins.gimp.fu"
    for name in below("plugins.gimp"):
        calls = [each for each in ast.walk(tree(modules()[name])) if isinstance(each, ast.Call)]
        is_chosen = any(ast.unparse(each.func) == "gi.require_version" for each in calls)
        assert is_chosen == (name == chosen), name
        if "gi" in needs(name):
            assert chosen in closure(name), name


def test_torch_and_its_kin_live_in_engine_and_pocket() -> None:
    """A worker's own modules may ask torch too, but only once they run."""
    for path in sources("core_server"):
        package = path.relative_to(ROOT).parts[1]
        for found in imports(path):
            is_home = package in ("engine", "pocket") or (package == "worker" and found.is_lazy)
            assert is_home or found.top not in HEAVY, f"{place(path)}:{found.line} {found.module}"


def test_zmq_is_known_to_one_transport_and_the_router() -> None:
    users = {
        place(path)
        for path in sources("protocol", "core_server", "plugins")
        if any(found.top == "zmq" for found in imports(path))
    }
    assert users <= ZMQ


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    return {module_name(path): path for path in sources("protocol", "core_server", "plugins")}


def targets(found: Import) -> Iterator[str]:
    """The project's modules that an import runs, packages on the way not counted."""
    submodules = [f"{found.module}.{name}" for name in found.names]
    known = [name for name in submodules if name in modules()]
    yield from known
    if found.module in modules() and len(known) < max(1, len(found.names)):
        yield found.module


@cache
def needs(name: str) -> frozenset[str]:
    """What importing a module of the project imports at once, from inside and outside of it."""
    found = [each for each in imports(modules()[name]) if not each.is_lazy]
    inside = {target for each in found for target in targets(each)} - {name}
    return frozenset(inside | {each.top for each in found if each.top not in ROOT_PACKAGES})


ROOT_PACKAGES = {"protocol", "core_server", "plugins"}


def closure(name: str) -> set[str]:
    """All that is loaded once a module is imported."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += needs(current) if current in modules() else ()
            package = current.rpartition(".")[0]
            waiting += [package] if package in modules() else []
    return seen


def below(*packages: str) -> list[str]:
    return [name for name in modules() if f"{name}.".startswith(tuple(f"{p}." for p in packages))]


@pytest.mark.parametrize("name", below("core_server.cli", "core_server.daemon"))
def test_the_daemon_and_the_command_line_load_no_model_libraries(name: str) -> None:
    assert closure(name) & HEAVY == set()


@pytest.mark.parametrize(
    "name",
    below("core_server.__main__", "core_server.cli.main", "core_server.daemon")
    + below("core_server.operations"),
)
def test_the_daemon_knows_no_pixels_and_help_comes_without_libraries(name: str) -> None:
    assert closure(name) & PICTURES == set()


def test_no_module_imports_itself_over_others() -> None:
    """Nothing imports upward: the modules can be put into an order."""
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join((*way[way.index(name) :], name))
        if name not in done and name in modules():
            for needed in sorted(needs(name)):
                visit(needed, (*way, name))
            done.add(name)

    for name in modules():
        visit(name, ())


@pytest.mark.parametrize("path", sources("protocol", "plugins"), ids=place)
def test_protocol_and_plugins_are_python_3_10(path: Path) -> None:
    """As far as it can be told without that Python: syntax, and names that came later."""
    text = path.read_text(encoding="utf-8")
    ast.parse(text, place(path), feature_version=(3, 10))
    for found in imports(path):
        newer = {found.top, *found.names} & NEWER_THAN_3_10
        assert not newer, f"{place(path)}:{found.line} needs a newer Python for {newer}"


WATCH = """
import pkgutil, sys
sys.path.insert(0, sys.argv[1])
def refuse(event, arguments):
    if event in ("socket.__new__", "subprocess.Popen", "os.mkdir", "os.remove", "os.system"):
        raise RuntimeError(f"{event} at import")
    if event == "open" and set(arguments[1] or "") & set("wax+"):
        raise RuntimeError(f"{arguments[0]} opened for writing at import")
sys.addaudithook(refuse)
import protocol
for entry in pkgutil.iter_modules(protocol.__path__):
    __import__(f"protocol.{entry.name}")
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded - sys.stdlib_module_names - {"protocol", "__main__"}))
"""


def test_importing_protocol_touches_nothing_and_loads_only_the_standard_library() -> None:
    """In a Python of its own, without site packages, in which all of protocol is imported."""
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-B", "-c", WATCH, str(ROOT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
