"""The rules of the house that import contracts cannot hold, each a function from a module to its offences.

Exceptions stand in the tables at the head, each with its reason.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator

from tests.architecture.source import FUNCTIONS, Module, Offence, docstrings, dotted

Rule = Callable[[Module], Iterator[Offence]]

LONGEST_FUNCTION, LONGEST_FILE = 50, 400

# Where wall time may be read: the one clock, platforms that are pretended and have clocks of their own, and the demo,
# which stands outside the gateway: its people read their own watches.
WALL_CLOCKS = ("gateway/clock.py", "connectors/simulators/", "gateway/cli/demo/")
# Where elapsed time may be measured as well: waiting and fuses are the worker's work, and a bench is a stop-watch.
STOP_WATCHES = (*WALL_CLOCKS, "scheduler/", "gateway/cli/", "gateway/storage/")
# Where chance may be made: the one source, and pretended platforms. The vault is handed its chance.
CHANCE = ("gateway/chance.py", "connectors/simulators/")
# Where a platform may be called by name: its connector and simulator, and the two commands that play with them.
NAMERS = ("connectors/", "gateway/cli/demo", "gateway/cli/sandbox", "gateway/cli/bench")
# The handlers that may catch everything, with the reason. Elsewhere a broad handler must end in a bare `raise`.
CATCH_ALL = {
    "vault/safe.py": "the audit log is handed in, and whatever goes wrong there must mean: not opened",
    "scheduler/batch.py": "it hides nothing: the fault of a batch is handed to everyone who waits for it",
    "scheduler/ticks.py": "an outermost loop: one failing tick must not stop the worker",
    "scheduler/starting.py": "an outermost loop: the worker says why it ends",
    "gateway/web/app.py": "an outermost loop: a bug is a 500 problem, not a lost connection",
}
# What every connector may import besides itself.
CONNECTORS_GROUND = frozenset(
    {
        "words",
        "contract",
        "reading",
        "text",
        "addresses",
        "bearer",
        "containers",
        "oauth",
        "listing",
        "uploading",
        "graph",
        "lasting",
    }
)
# The one file that may be longer: an auditor copies it to a machine of their own, so it stands alone.
LONGER_FILES = {"gateway/audit/verifier.py": 425}
# Written by a tool, one straight line of statements, and read once: no limits of length.
GENERATED = ("gateway/storage/migrations/versions/",)
# Who may import these, finer than the contracts in pyproject.toml (house section 4).
IMPORTERS = {
    "vault.box": ("gateway/wiring.py", "gateway/actions/credential.py", "scheduler/", "vault/"),
    "vault.safe": ("scheduler/", "vault/"),
    "vault.rotate": ("scheduler/", "vault/"),
    "connectors.registry": (
        "gateway/wiring.py",
        "gateway/cli/connector.py",
        "gateway/cli/sandbox.py",
        "scheduler/",
        "connectors/",
    ),
    "connectors.contract": ("gateway/wiring.py", "scheduler/", "connectors/"),
    "connectors.simulators": ("gateway/cli/", "connectors/simulators/"),
}

WALL_READS = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$")
PENDULUM_READS = re.compile(r"^pendulum\.(now|today|tomorrow|yesterday)$")
STOP_WATCH_READS = re.compile(r"^time\.(monotonic|monotonic_ns|perf_counter|perf_counter_ns|clock_gettime(_ns)?)$")
CHANCE_MODULES = frozenset({"random", "secrets", "uuid"})
CHANCE_READS = frozenset({"os.urandom", "os.getrandom"})
SQL_NOW = re.compile(r"\bnow\s*\(\s*\)|\bcurrent_(timestamp|date|time)\b|\b(date)?time\('now'", re.IGNORECASE)
PLATFORM_NAMES = frozenset(
    ["bluesky", "bsky", "atproto", "mastodon", "twitter", "facebook", "instagram", "linkedin", "wordpress", "yammer"]
)
MEANINGLESS_NAMES = frozenset(
    ["utils", "util", "common", "manager", "managers", "base", "misc", "helpers", "helper", "tools", "shared"]
)
NOTES = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")


def core_imports_the_standard_library_and_the_words(module: Module) -> Iterator[Offence]:
    """`gateway.domain` imports the standard library, itself and `connectors.words`."""
    if not module.lies_in("gateway/domain/"):
        return
    for line, name in module.imports():
        standard = name.split(".")[0] in sys.stdlib_module_names
        if not (standard or name.startswith(("gateway.domain", "connectors.words."))):
            yield Offence(module.path, line, f"the core imports {name}")


def guarded_modules_have_few_importers(module: Module) -> Iterator[Offence]:
    """Only those named in IMPORTERS import these modules."""
    for line, name in module.imports():
        for guarded, importers in IMPORTERS.items():
            if f"{name}.".startswith(f"{guarded}.") and not module.lies_in(*importers):
                yield Offence(module.path, line, f"{guarded} is not for {module.name}")


def connectors_do_not_know_each_other(module: Module) -> Iterator[Offence]:
    """A connector's folder imports itself and what all connectors stand on, and that nothing above; a simulator nothing
    but simulators. What connectors are rehearsed with stands above them all.
    """
    parts = module.path.removesuffix(".py").split("/")
    above = len(parts) < 3 and parts[-1] not in CONNECTORS_GROUND
    if parts[0] != "connectors" or above or parts[1] == "rehearsals":
        return
    ground: frozenset[str] = frozenset() if parts[1] == "simulators" else CONNECTORS_GROUND
    if parts[-1] == "rehearsal":
        ground |= {"conformance"}
    for line, name in module.imports():
        other = name.split(".")
        if other[0] == "connectors" and other[1] not in ground | {parts[1]}:
            yield Offence(module.path, line, f"{parts[1]} knows connectors.{other[1]}")


def nobody_reads_the_clock(module: Module) -> Iterator[Offence]:
    """Time is read in one place and handed on (house section 7); elapsed time is the worker's."""
    for node in ast.walk(module.tree):
        if not isinstance(node, (ast.Attribute, ast.Name)):
            continue
        name = dotted(node)
        wall = (WALL_READS.search(name) or PENDULUM_READS.search(name)) and not module.lies_in(*WALL_CLOCKS)
        watch = STOP_WATCH_READS.search(name) and not module.lies_in(*STOP_WATCHES)
        if wall or watch:
            yield Offence(module.path, node.lineno, f"reads the clock: {name}")
    for line, imported in module.imports():
        read = WALL_READS.search(imported) or PENDULUM_READS.search(imported) or STOP_WATCH_READS.search(imported)
        if read and not module.lies_in(*STOP_WATCHES):
            yield Offence(module.path, line, f"imports a clock: {imported}")


def nobody_makes_chance(module: Module) -> Iterator[Offence]:
    """`random` nowhere; other chance from gateway.chance alone, so that tests can hand it in."""
    for line, name in module.imports():
        root = name.split(".")[0]
        if root == "random" or (root in CHANCE_MODULES and not module.lies_in(*CHANCE)):
            yield Offence(module.path, line, f"makes chance: {name}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in CHANCE_READS and not module.lies_in(*CHANCE):
            yield Offence(module.path, node.lineno, f"makes chance: {dotted(node)}")


def the_database_does_not_tell_the_time(module: Module) -> Iterator[Offence]:
    """No now() in SQL and no default that the server fills in: now is read once an action."""
    ignored = docstrings(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.keyword) and node.arg in ("server_default", "server_onupdate"):
            yield Offence(module.path, node.value.lineno, f"{node.arg}: the server fills in a value")
        elif isinstance(node, ast.Attribute) and dotted(node) in ("func.now", "func.current_timestamp"):
            yield Offence(module.path, node.lineno, f"asks the database for the time: {dotted(node)}")
        elif isinstance(node, ast.Constant) and id(node) not in ignored and SQL_NOW.search(str(node.value)):
            yield Offence(module.path, node.lineno, f"asks the database for the time: {str(node.value)[:40]!r}")


def platforms_are_not_called_by_name(module: Module) -> Iterator[Offence]:
    """Platform names stand in connectors/ and config/ alone; comments and docstrings may give examples."""
    if any(module.path.startswith(place) for place in NAMERS):
        return
    ignored = docstrings(module.tree)
    for node in ast.walk(module.tree):
        if id(node) not in ignored:
            for said in _words_of(node) & PLATFORM_NAMES:
                yield Offence(module.path, getattr(node, "lineno", 0), f"names a platform: {said}")


def _words_of(node: ast.AST) -> set[str]:
    """The lower-case words of a node's own name or string."""
    given: list[object] = []
    for attribute in ("id", "attr", "arg", "name", "value", "module"):
        given.append(getattr(node, attribute, None))
    text = " ".join(one for one in given if isinstance(one, str))
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return set(re.findall(r"[a-z]+", spaced.lower()))


def nobody_catches_everything(module: Module) -> Iterator[Offence]:
    """A broad handler hides bugs; the few that may stand are in CATCH_ALL with their reason."""
    if module.path in CATCH_ALL:
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        broad = any(one is None or dotted(one) in ("Exception", "BaseException") for one in caught)
        last = node.body[-1]
        if broad and not (isinstance(last, ast.Raise) and last.exc is None):
            yield Offence(module.path, node.lineno, "catches everything")


def nothing_is_too_long_to_read(module: Module) -> Iterator[Offence]:
    """Functions to 50 lines, files to 400."""
    if module.lies_in(*GENERATED):
        return
    lines = module.text.count("\n")
    if lines > LONGER_FILES.get(module.path, LONGEST_FILE):
        yield Offence(module.path, lines, f"a file of {lines} lines")
    for function in module.functions():
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            yield Offence(module.path, function.lineno, f"{function.name} has {length} lines")


def what_is_public_is_explained(module: Module) -> Iterator[Offence]:
    """Every module, and every public function and method of a public class, has a docstring.

    A method that only fills in what a foreign class prescribes is explained there: it may go without.
    """
    if module.text.strip() and not ast.get_docstring(module.tree):
        yield Offence(module.path, 1, "the module says nothing of itself")
    bodies = [module.tree.body, *(one.body for one in _public_classes(module.tree))]
    for node in (node for body in bodies for node in body if isinstance(node, FUNCTIONS)):
        if not (node.name.startswith("_") or ast.get_docstring(node) or _is_repeated(node)):
            yield Offence(module.path, node.lineno, f"{node.name} is not explained")


def _public_classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    return (one for one in classes if not any(_is_foreign(base) for base in one.bases))


def _is_foreign(base: ast.expr) -> bool:
    """Whether the base class may prescribe methods of its own; our records and plain values do not."""
    name = dotted(base.value if isinstance(base, ast.Subscript) else base)
    return name.split(".")[-1] not in ("Record", "Protocol", "NamedTuple", "StrEnum", "Enum", "Exception", "Generic")


def _is_repeated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Setters and overloads repeat what was explained."""
    names = [dotted(decorator).split(".")[-1] for decorator in function.decorator_list]
    return any(name in ("setter", "overload", "override") for name in names)


def nothing_is_left_for_later(module: Module) -> Iterator[Offence]:
    """No notes to self, no stubs."""
    for number, line in enumerate(module.text.splitlines(), 1):
        if NOTES.search(line):
            yield Offence(module.path, number, line.strip()[:80])
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id == "NotImplemented" + "Error":
            yield Offence(module.path, node.lineno, "a stub")


def names_mean_something(module: Module) -> Iterator[Offence]:
    """No room is called utils, common, manager or the like."""
    for part in module.name.split("."):
        if set(part.split("_")) & MEANINGLESS_NAMES:
            yield Offence(module.path, 1, f"{part} says nothing of what is inside")


def annotations_stay_words(module: Module) -> Iterator[Offence]:
    """`from __future__ import annotations` stands at the head of every module that defines something."""
    defines = any(isinstance(node, (ast.ClassDef, *FUNCTIONS)) for node in module.tree.body)
    if defines and "from __future__ import annotations" not in module.text:
        yield Offence(module.path, 1, "no `from __future__ import annotations`")


RULES: tuple[Rule, ...] = (
    core_imports_the_standard_library_and_the_words,
    guarded_modules_have_few_importers,
    connectors_do_not_know_each_other,
    nobody_reads_the_clock,
    nobody_makes_chance,
    the_database_does_not_tell_the_time,
    platforms_are_not_called_by_name,
    nobody_catches_everything,
    nothing_is_too_long_to_read,
    what_is_public_is_explained,
    nothing_is_left_for_later,
    names_mean_something,
    annotations_stay_words,
)
