"""Finds the sentences in the sources that an artist may read: what errors say, and notes.

A value in a sentence becomes `VALUE`; where a part of it is chosen among constants, every choice
is a sentence of its own. Reads syntax trees only; must not import what it reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
VALUE = "\0"
CLAUSES = "WireError"
"""The exception whose messages are parts of a sentence."""

_FOLDERS = (
    "protocol", "core_server", "core_server/daemon", "core_server/engine", "core_server/execution",
    "core_server/imaging", "core_server/models", "core_server/operations", "core_server/pocket",
    "core_server/worker", "plugins/common", "plugins/krita",
)  # fmt: skip
UNSEEN = {
    "core_server/api.py", "core_server/config.py", "core_server/pictures.py",
    "core_server/reading.py", "core_server/daemon/router.py", "core_server/daemon/serve.py",
    "core_server/imaging/files.py", "core_server/imaging/ora.py",
    "core_server/pocket/evaluate.py",
}  # fmt: skip
"""They serve Python, the command line and the terminal, which speak English."""

_SILENT = re.compile(r"log\.\w+|print|\w*(Error|Exception)")
"""What is given texts that go to a log or to a programmer."""

_IDENTIFIERS = {"path", "name", "address", "endpoint"}
"""Parameters that name things; they are no part of what is said."""

_SENTENCE = re.compile(rf"[A-Z{VALUE}].* .*[.!?]", re.DOTALL)
_DEPTH = 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Found(NamedTuple):
    """where: "file:line"."""

    where: str
    text: str


@dataclass(frozen=True)
class _Source:
    """owner: which function each node is in. imported: names from other files."""

    path: Path
    tree: ast.Module
    nodes: list[ast.AST]
    owner: dict[ast.AST, Function]
    imported: frozenset[str]

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @classmethod
    def read(cls, path: Path) -> _Source:
        tree = ast.parse(path.read_text("utf-8"))
        nodes = list(ast.walk(tree))
        owner: dict[ast.AST, Function] = {}
        for function in nodes:
            if isinstance(function, Function):  # the inner one comes later and wins
                owner.update((node, function) for node in ast.walk(function))
        imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
        imported = frozenset(each.name for node in imports for each in node.names)
        return cls(path, tree, nodes, owner, imported)


class Sentences:
    """Reads the sources once."""

    def __init__(self) -> None:
        unseen = {ROOT / name for name in UNSEEN}
        paths = [path for folder in _FOLDERS for path in sorted((ROOT / folder).glob("*.py"))]
        self._sources = [_Source.read(path) for path in paths if path not in unseen]
        self._calls: dict[str, list[tuple[_Source, ast.Call]]] = {}
        for source in self._sources:
            for node in source.nodes:
                if isinstance(node, ast.Call):
                    self._calls.setdefault(_name(node.func), []).append((source, node))

    def found(self) -> Iterator[Found]:
        """Messages of errors, and whatever else is written as a sentence."""
        errors = self._errors()
        for source in self._sources:
            silent = _silent(source, errors)
            # What operations declare, and what plugins say, are phrases.
            has_notes = not source.name.startswith(("core_server/operations/", "plugins/"))
            for node in source.nodes:
                if isinstance(node, ast.Call):
                    message = _message(node, errors, source)
                    texts = set() if message is None else self._texts(message, source)
                elif isinstance(node, ast.Constant | ast.JoinedStr) and has_notes:
                    texts = set() if node in silent else self._texts(node, source)
                    texts = {text for text in texts if _SENTENCE.fullmatch(text)}
                else:
                    continue
                where = f"{source.name}:{node.lineno}"
                yield from (Found(where, text) for text in sorted(texts) if text.strip(VALUE))

    def clauses(self) -> Iterator[Found]:
        """What an error says about the other side, without a subject."""
        for source, call in self._calls[CLAUSES]:
            for text in self._texts(call.args[0], source):
                yield Found(f"{source.name}:{call.lineno}", text)

    def _errors(self) -> set[str]:
        """The names of the classes below ImpastoError."""
        nodes = (node for source in self._sources for node in source.nodes)
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        names: set[str] = set()
        more = {"ImpastoError"}
        while more - names:
            names |= more
            more = {each.name for each in classes if names & {_name(base) for base in each.bases}}
        return names

    # ---- what an expression may say ----------------------------------------------------------

    def _texts(self, node: ast.expr, source: _Source, depth: int = 0) -> set[str]:
        """Every text that an expression can be; what is not known stands as VALUE."""

        def texts(part: ast.expr) -> set[str]:
            return self._texts(part, source, depth + 1)

        if depth > _DEPTH:
            return {VALUE}
        match node:
            case ast.Constant():
                return {node.value} if isinstance(node.value, str) else set()
            case ast.JoinedStr():
                return {"".join(parts) for parts in product(*map(texts, node.values))}
            case ast.FormattedValue():
                return (texts(node.value) if node.conversion < 0 else set()) or {VALUE}
            case ast.IfExp():
                return texts(node.body) | texts(node.orelse)
            case ast.BoolOp(op=ast.And()):
                return {""} | texts(node.values[-1])
            case ast.BoolOp(op=ast.Or()):
                return set[str]().union(*map(texts, node.values))
            case ast.BinOp(op=ast.Add()):
                added = product(texts(node.left), texts(node.right))
                return {"".join(parts).replace(VALUE * 2, VALUE) for parts in added}
            case ast.Name():
                return self._of_name(node, source, depth)
            case ast.Call():
                return self._of_call(node, source, depth)
        return {VALUE}

    def _of_name(self, node: ast.Name, source: _Source, depth: int) -> set[str]:
        function = source.owner.get(node)
        for scope in (function, source.tree):
            values, is_added_to = _assigned(scope, node.id) if scope else ([], False)
            if is_added_to:
                return {VALUE}
            if values:
                return set[str]().union(*(self._texts(each, source, depth + 1) for each in values))
        if function is None or node.id in _IDENTIFIERS or node.id not in _parameters(function):
            return {VALUE}
        given = self._given(function, node.id, source)
        return set[str]().union(*(self._texts(each, at, depth + 1) for at, each in given))

    def _given(
        self, function: Function, name: str, source: _Source
    ) -> Iterator[tuple[_Source, ast.expr]]:
        """What a function's parameter is given, wherever it is called."""
        names = _parameters(function)
        place = names.index(name) - (names[0] == "self")
        defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
        if name in defaults:
            yield source, defaults[name]
        for caller, call in self._calls.get(function.name, []):
            if caller is source or function.name in caller.imported:
                yield from ((caller, each.value) for each in call.keywords if each.arg == name)
                yield from ((caller, each) for each in call.args[place : place + 1])

    def _of_call(self, call: ast.Call, source: _Source, depth: int) -> set[str]:
        """Of a function in the same file, or of a table's `get`."""
        values: list[ast.expr] = []
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get":
            tables, _ = _assigned(source.tree, _name(call.func.value))
            values = [
                each for table in tables if isinstance(table, ast.Dict) for each in table.values
            ]
        name = getattr(call.func, "id", "")
        functions = [each for each in set(source.owner.values()) if each.name == name]
        for node in (node for function in functions for node in ast.walk(function)):
            if isinstance(node, ast.Return) and node.value is not None:
                values.append(node.value)
        texts = set[str]().union(*(self._texts(each, source, depth + 1) for each in values))
        return texts if functions else texts | {VALUE}


# ---- which literals --------------------------------------------------------------------------


def _message(call: ast.Call, errors: set[str], source: _Source) -> ast.expr | None:
    """The text that an error is made with."""
    is_super = ast.unparse(call.func) == "super().__init__" and source.name.startswith("protocol/t")
    if _name(call.func) not in errors and not is_super:
        return None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "message"]
    return next(iter([*named, *call.args]), None)


def _silent(source: _Source, errors: set[str]) -> set[ast.AST]:
    """Docstrings, what is logged, what only programmers see, and parts of other literals."""
    found: set[ast.AST] = set()
    for node in source.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.update(set(ast.walk(node)) - {node})
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in errors or _SILENT.fullmatch(name):
                found.update(part for each in node.args for part in ast.walk(each))
    return found


def _assigned(scope: ast.AST, name: str) -> tuple[list[ast.expr], bool]:
    """What a name is set to in a function or a module, and whether something is added to it."""
    body = ast.walk(scope) if isinstance(scope, Function) else ast.iter_child_nodes(scope)
    values, is_added_to = [], False
    for node in body:
        if isinstance(node, ast.Assign) and any(_name(each) == name for each in node.targets):
            values.append(node.value)
        if isinstance(node, ast.AugAssign) and _name(node.target) == name:
            is_added_to = True
    return values, is_added_to


def _parameters(function: Function) -> list[str]:
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


def _name(node: ast.expr) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))
