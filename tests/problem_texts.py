"""Finds by reading the code which texts the errors of the floors below the website can have.

A text that is put together becomes a template with numbered places, as the catalogue of translations writes it:
``f"{name!r} is no {kind}"`` → ``{1} is no {2}``. A place whose words all stand in the code (a name handed on, a loop
over constants) is written out: one template for each.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

#: Errors whose only text is their first argument.
_PLAIN = {"MissingError", "UnknownCodeError", "ConflictError", "BusyError", "IntegrityError", "UnavailableError"}
_FIELDS = ("what", "expected", "advice")
_GAP = "\0"
_MOST, _DEEPEST = 60, 7


class Code:
    """The modules that are read together; a text handed to a function of another module is followed there."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.modules = [_Module(path, self) for path in paths]

    def templates(self) -> dict[str, str]:
        """Return each template and the first place that uses it."""
        return {_numbered(text): where for where, _, texts in reversed(self._all()) for text in texts if text != _GAP}

    def unreadable(self) -> set[tuple[str, str]]:
        """Return module and expression of every text that only running the code could tell."""
        found = ((where, node) for where, node, texts in self._all() if _GAP in texts)
        return {(where.rpartition(":")[0], ast.unparse(node)) for where, node in found}

    def _all(self) -> list[tuple[str, ast.expr, list[str]]]:
        return [(f"{each.name}:{node.lineno}", node, texts) for each in self.modules for node, texts in each.texts()]


class _Module:
    def __init__(self, path: Path, code: Code) -> None:
        self.name, self.code = "/".join(path.parts[path.parts.index("raumwerk") + 1 :]), code
        self.tree = ast.parse(path.read_text("utf-8"))
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self.calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        self.names = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}

    def texts(self) -> Iterator[tuple[ast.expr, list[str]]]:
        """Each expression that an error takes its text from, and what it can be."""
        for call in self.calls:
            for text in _texts_of(call):
                yield text, self.templates(text)

    def templates(self, node: ast.expr, depth: int = 0) -> list[str]:
        """All texts that an expression can be; a gap stands for what the code alone does not tell."""
        found = self._read(node, depth + 1) if depth < _DEEPEST else [_GAP]
        return list(dict.fromkeys(found)) if len(found) < _MOST else [_GAP]

    def _read(self, node: ast.expr, depth: int) -> list[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.JoinedStr):
            return self._joined(node, depth)
        if isinstance(node, ast.IfExp):
            return self._every([node.body, node.orelse], depth)
        if isinstance(node, ast.BoolOp):
            return self._every(node.values, depth)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return [re.sub(r"\{[^{}]*\}", _GAP, text) for text in self.templates(node.func.value, depth)]
        return self._named(node, depth) if isinstance(node, ast.Name) else [_GAP]

    def _every(self, nodes: Sequence[ast.expr], depth: int) -> list[str]:
        return [text for node in nodes for text in self.templates(node, depth)]

    def _joined(self, node: ast.JoinedStr, depth: int) -> list[str]:
        parts = []
        for each in node.values:
            if isinstance(each, ast.Constant):
                parts.append([str(each.value)])
            elif isinstance(each, ast.FormattedValue):
                parts.append([_GAP] if each.conversion != -1 else self.templates(each.value, depth))
        return ["".join(one) for one in product(*parts)]

    def _scope(self, node: ast.AST) -> ast.AST:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef):
                return node
        return self.tree

    def _named(self, node: ast.Name, depth: int) -> list[str]:
        scope = self._scope(node)
        while True:
            bound = self._bound(scope, node.id)
            if bound:
                return self._every(bound, depth)
            if not isinstance(scope, ast.FunctionDef):
                return [_GAP]
            places = [each.arg for each in (*scope.args.posonlyargs, *scope.args.args)]
            if node.id in (*places, *(each.arg for each in scope.args.kwonlyargs)):
                return self._handed(scope, places, node.id, depth)
            scope = self._scope(scope)

    def _bound(self, scope: ast.AST, name: str) -> list[ast.expr]:
        """What is bound to a name in a scope."""
        values: list[ast.expr] = []
        for each in (node for node in ast.walk(scope) if self._scope(node) is scope):
            if isinstance(each, ast.Assign | ast.AnnAssign) and each.value:
                targets = each.targets if isinstance(each, ast.Assign) else [each.target]
                values += [value for target in targets for value in _assigned(target, each.value, name)]
            elif isinstance(each, ast.For | ast.comprehension) and _holds(each.target, name):
                values += self._looped(each.target, each.iter, name)
            elif isinstance(each, ast.AugAssign) and _holds(each.target, name):
                values.append(each)  # type: ignore[arg-type]  # put together in steps: nothing that could be read
        return values

    def _looped(self, target: ast.expr, rows: ast.expr, name: str) -> list[ast.expr]:
        """What a name of a loop takes, where the loop runs over constants."""
        if isinstance(rows, ast.Name):
            bound = self._bound(self._scope(rows), rows.id) or self._bound(self.tree, rows.id)
            rows = bound[0] if len(bound) == 1 else rows
        if not isinstance(rows, ast.Tuple | ast.List):
            return [rows]
        return [each for row in rows.elts for each in _assigned(target, row, name)]

    def _handed(self, function: ast.FunctionDef, places: list[str], name: str, depth: int) -> list[str]:
        """What callers hand to a parameter; callers elsewhere count where the function is no private one."""
        found: list[str] = []
        for module in [self] if function.name.startswith("_") else self.code.modules:
            for call in module.calls:
                given = _given(call, function, places, name, inside=module is self)
                if given is not None:
                    found += module.templates(given, depth)
        defaults = dict(zip(reversed(places), reversed(function.args.defaults), strict=False))
        keywords = (each.arg for each in function.args.kwonlyargs)
        defaults |= {key: value for key, value in zip(keywords, function.args.kw_defaults, strict=True) if value}
        if name in defaults and not _empty(defaults[name]):
            found += self.templates(defaults[name], depth)
        return found or [_GAP]


def _texts_of(call: ast.Call) -> list[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "Problem":
        named = [each.value for each in call.keywords if each.arg in _FIELDS]
        return [each for each in (*call.args[: len(_FIELDS)], *named) if not _empty(each)]
    if name in _PLAIN:
        return call.args[:1]
    return [each for each in call.args[:1] if name == "InputError" and isinstance(each, ast.Constant | ast.JoinedStr)]


def _empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _holds(target: ast.expr, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(target))


def _assigned(target: ast.expr, value: ast.expr, name: str) -> list[ast.expr]:
    if isinstance(target, ast.Name):
        return [value] if target.id == name else []
    if not isinstance(target, ast.Tuple) or not _holds(target, name):
        return []
    if not isinstance(value, ast.Tuple):
        return [value]  # of several kinds: nothing that could be read
    return [each for one, other in zip(target.elts, value.elts, strict=True) for each in _assigned(one, other, name)]


def _given(call: ast.Call, function: ast.FunctionDef, places: list[str], name: str, *, inside: bool) -> ast.expr | None:
    """What a call hands to a parameter of a function; None if it calls something else or hands over nothing."""
    method = places[:1] == ["self"]
    if isinstance(call.func, ast.Attribute):
        ours = method and (inside or not (isinstance(call.func.value, ast.Name) and call.func.value.id == "self"))
        called = call.func.attr if ours else ""
    else:
        called = call.func.id if isinstance(call.func, ast.Name) and not method else ""
    if called != function.name:
        return None
    for each in call.keywords:
        if each.arg == name:
            return None if _empty(each.value) else each.value
    at = places.index(name) - method if name in places else -1
    if any(isinstance(each, ast.Starred) for each in call.args):
        return call
    return call.args[at] if 0 <= at < len(call.args) and not _empty(call.args[at]) else None


def _numbered(text: str) -> str:
    first, *others = text.split(_GAP)
    return first + "".join(f"{{{number}}}{part}" for number, part in enumerate(others, start=1))
