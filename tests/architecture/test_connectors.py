"""A platform needs little: the folder of its connector stays short enough to be read at one sitting."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest

from tests.architecture.source import ROOT, docstrings

# Lines of code of a connector without its simulator: no blanks, comments or docstrings, and no imports, which say what
# is shared and how many lines they take is the formatter's doing.
MOST = 250
# What platforms have in common belongs into connectors/reading.py, listing.py, uploading.py, oauth.py and their like.
_SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
CONNECTORS = sorted(file.parent.name for file in (ROOT / "connectors").glob("*/connector.py"))


def code_lines(text: str) -> int:
    """How many lines of a module say something that is run."""
    tree = ast.parse(text)
    silent = docstrings(tree)
    left_out = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) or id(node) in silent
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)  # type: ignore[attr-defined]
    }
    tokens = (one for one in tokenize.generate_tokens(io.StringIO(text).readline) if one.type not in _SILENT)
    return len({line for one in tokens for line in range(one.start[0], one.end[0] + 1)} - left_out)


def test_only_what_is_run_is_counted() -> None:
    text = '"""Said\nin two."""\n\nimport re\nfrom a import (\n    b,\n)\n\n# why\nx = [\n    1,  # one\n]\n\n\n'
    text += 'def f():\n    """Said."""\n    return """a\nb"""\n'
    assert code_lines(text) == 6


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_connector_is_short(name: str) -> None:
    lines = sum(code_lines(file.read_text()) for file in (ROOT / "connectors" / name).glob("*.py"))
    assert lines <= MOST
