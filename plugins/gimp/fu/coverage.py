"""Writes GIMPFU.md: what of GIMP 2's Python the binding covers, made from the binding's own tables.

    python -m plugins.gimp.fu.coverage

Runs without GIMP: reads the sources that need it, and imports only tables.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from plugins.gimp.fu.coverage_text import (
    CONSTANTS,
    DIFFERENCES,
    FILTERS,
    HEAD,
    MEMBERS,
    MODULE,
    PARAMETERS,
    PIXELS,
    PROCEDURES,
    REGISTER,
    REMOVED_HEAD,
)
from plugins.gimp.fu.old_constants import ALIASES, NUMBERS
from plugins.gimp.fu.removed_names import REMOVED
from plugins.gimp.fu.renamed_names import LOADERS, RENAMED, RESOURCES

HERE = Path(__file__).parent
PAGE = HERE.with_name("GIMPFU.md")

CLASSES = (
    ("Gimp.Image", "image_attributes.py", ("ImageMembers",)),
    ("Gimp.Item (layers, channels, paths)", "item_attributes.py", ("ItemMembers",)),
    ("Gimp.Drawable (layers, channels, masks)", "item_attributes.py", ("DrawableMembers",)),
    ("Gimp.Layer", "layer_attributes.py", ("LayerMembers",)),
    ("Gimp.Channel", "layer_attributes.py", ("ChannelMembers",)),
    ("Gimp.Path (vectors)", "path_attributes.py", ("PathMembers",)),
    ("a stroke of a path", "path_attributes.py", ("Stroke",)),
    ("images and items: parasites", "parasite_members.py", ("ParasiteMembers",)),
    ("gimp.Parasite", "parasites.py", ("Parasite",)),
)


def page() -> str:
    """The whole text."""
    return "".join(
        [
            HEAD,
            _parameters(),
            _module(),
            _members(),
            PIXELS,
            _constants(),
            _procedures(),
            _filters(),
            _removed(),
            DIFFERENCES,
        ]
    )


# ---- reading sources -----------------------------------------------------------------------------


def _source(name: str) -> ast.Module:
    return ast.parse((HERE / name).read_text("utf-8"))


def stand_ins(pattern: str, decorator: str) -> dict[str, str]:
    """Old name → first line of the function's description, for every function so decorated."""
    found: dict[str, str] = {}
    for path in sorted(HERE.glob(pattern)):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            said = (ast.get_docstring(node) or "").splitlines()
            for name in _decorated_with(node, decorator):
                found[name] = said[0] if said else ""
    return dict(sorted(found.items()))


def _decorated_with(node: ast.FunctionDef, decorator: str) -> Iterator[str]:
    for each in node.decorator_list:
        is_it = isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        if is_it and each.func.id == decorator:
            for argument in each.args:
                yield ast.literal_eval(argument)


def members(file: str, class_name: str) -> list[str]:
    """Attributes as `name`, methods as `name()`."""
    (found,) = [
        node
        for node in _source(file).body
        if isinstance(node, ast.ClassDef) and node.name == class_name
    ]
    names: dict[str, None] = {}
    for node in found.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            is_value = any(
                getattr(each, "id", getattr(each, "attr", "")) in ("property", "setter")
                for each in node.decorator_list
            )
            names[node.name if is_value else f"{node.name}()"] = None
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                ending = "()" if _is_method(node.value, names) else ""
                names[target.id + ending] = None
    return sorted(names)


def _is_method(value: ast.expr, names: Mapping[str, None]) -> bool:
    """Whether it is made to be called: another method of the class, or a transformation."""
    if isinstance(value, ast.Call):
        return getattr(value.func, "id", "") == "_transformation"
    return isinstance(value, ast.Name) and f"{value.id}()" in names


def _dictionary(file: str, name: str) -> dict[str, str]:
    """A table of texts in a source; names of other texts in it are resolved."""
    tree, texts = _source(file), {}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            texts[target.id] = value.value
        if isinstance(target, ast.Name) and target.id == name and isinstance(value, ast.Dict):
            return {
                key.value: texts.get(each.id, "") if isinstance(each, ast.Name) else each.value
                for key, each in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(each, ast.Name | ast.Constant)
            }
    return {}


# ---- writing -------------------------------------------------------------------------------------


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "| --- | --- |"]
    lines += [f"| {old} | {new.replace('|', chr(92) + '|')} |" for old, new in rows]
    return "\n".join(lines) + "\n\n"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _parameters() -> str:
    rows = [(_code(names.split(", ")), what) for names, what in PARAMETERS.items()]
    return REGISTER + _table(("Type", "What the function gets"), rows)


def _module() -> str:
    functions = sorted(
        node.name
        for node in _source("gimp_module.py").body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("__")
    )
    removed = sorted(_dictionary("gimp_module.py", "REMOVED").items())
    rows = [(f"`gimp.{name}`", what) for name, what in removed]
    named = _code(f"{name}()" for name in functions)
    return f"{MODULE}{named}\n\nNot there:\n\n" + _table(("Name", "Instead"), rows)


def _members() -> str:
    rows = []
    for label, file, classes in CLASSES:
        names = [name for each in classes for name in members(file, each)]
        rows.append((f"`{label}`" if label.startswith(("Gimp.", "gimp.")) else label, _code(names)))
    return MEMBERS + _table(("On", "Names"), rows)


def _constants() -> str:
    rows = [(f"`{old}`", f"`{new}`") for old, new in ALIASES.items()]
    return f"{CONSTANTS}{_code(NUMBERS)}.\n\n" + _table(("GIMP 2", "The same as"), rows)


def _procedures() -> str:
    resigned = stand_ins("old_*.py", "stands_for")
    rows = [(f"`{old}`", what) for old, what in resigned.items()]
    other = [(f"`{old}`", f"`{new}`") for old, new in sorted({**RENAMED, **RESOURCES}.items())]
    head = PROCEDURES.format(resigned=len(resigned) + len(LOADERS), renamed=len(other))
    return (
        head
        + _table(("GIMP 2", "What it is in GIMP 3"), rows)
        + f"Given the file's name twice, as in GIMP 2: {_code(LOADERS)}.\n\n"
        + "### With another name\n\n"
        + _table(("GIMP 2", "GIMP 3"), other)
    )


def _filters() -> str:
    filters = stand_ins("filters_*.py", "filter_for")
    rows = [(f"`{old}`", what) for old, what in filters.items()]
    return FILTERS.format(filters=len(filters)) + _table(("GIMP 2", "What is applied"), rows)


def _removed() -> str:
    rows = [(f"`{old}`", what) for old, what in sorted(REMOVED.items())]
    return REMOVED_HEAD + _table(("GIMP 2", "Instead"), rows)


def main() -> int:
    PAGE.write_text(page(), "utf-8", newline="\n")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
