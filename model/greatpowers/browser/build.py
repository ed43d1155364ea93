"""Makes what ships in compiled form from the text of the core.

    python -m greatpowers.browser.build    # whenever the core or its layout has changed; a minute or two

It is the engine that browsers run, `assets/engine.wasm`, and code of the rounds for the library, `core/rounds.bc.z`, so
that the first run has less to compile.

Numba compiles `play_each_round` as it does for this machine. What is taken is the LLVM code of each function from
before any optimisation, the last form that knows nothing of the machine: optimised for x86 it would link too, and
compute nonsense, since there a pointer has 8 bytes. llvmlite optimises it for WebAssembly, and LLVM's linker, from the
wheel of ziglang, makes it a module that imports nothing and carries its own description. For the library the same code
is optimised within each function, as Numba does before it links, and kept as LLVM's bitcode; what depends on the
processor is left to the machine that it comes to.

With the same versions of Numba, llvmlite and ziglang both are the same to the byte. With others they may differ, and
still play the same histories: nothing is contracted or put in another order.
"""

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from greatpowers.browser.layout import MODULE, NAMES, SIZES, arguments, description, with_description
from greatpowers.core.kernel import SHIPPED, SYMBOL, core_fingerprint, is_compiled, purpose
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.files import write_whole

TOOLS = ("numba", "llvmlite", "ziglang")
TARGET, FEATURES = "wasm32-unknown-unknown", "+simd128,+bulk-memory"
OF_64_BITS = "x86_64-unknown-linux-gnu"
STACK_BYTES = 1 << 20
SMALL = arguments(*(1 for _ in SIZES))

# What the code calls besides itself. Axes of 2^31 and more count as overflow, for memory ends before.
RUNTIME = """
define {i64, i1} @product(i64 %a, i64 %b) {
  %product = mul i64 %a, %b
  %either = or i64 %a, %b
  %upper = lshr i64 %either, 31
  %long = icmp ne i64 %upper, 0
  %first = insertvalue {i64, i1} poison, i64 %product, 0
  %both = insertvalue {i64, i1} %first, i1 %long, 1
  ret {i64, i1} %both
}

define double @sqrt(double %x) {
  %root = call double @llvm.sqrt.f64(double %x)
  ret double %root
}

declare double @llvm.sqrt.f64(double)
"""


def build() -> tuple[bytes, bytes]:
    """The module, and the code to link; raises :class:`GreatPowersError` where a tool is missing."""
    if not is_compiled():
        raise GreatPowersError("NUMBA_DISABLE_JIT is set, so that Numba compiles nothing; build the engine without it.")
    metadata = {"core": core_fingerprint(), "made_with": tools(), **description()}
    entry, texts = _compiled()
    return with_description(_linked(_object(entry, texts)), metadata), _code(entry, texts)


def tools() -> dict[str, str]:
    """Versions of what the bytes of the module depend on; raises :class:`GreatPowersError` where one is missing."""
    try:
        versions = {name: version(name) for name in TOOLS}
    except PackageNotFoundError as error:
        raise GreatPowersError(f"{error.name} is not installed; it comes with greatpowers[test].") from None
    return {"python": ".".join(platform.python_version_tuple()[:2]), **versions}


def _compiled() -> tuple[str, list[str]]:
    """Name of the compiled entry, and the LLVM code, not optimised, of every function it needs."""
    from numba.core import caching, codegen

    from greatpowers.core.history import play_each_round

    modules: dict[int, list[str]] = {}
    library, add = codegen.CPUCodeLibrary, codegen.CPUCodeLibrary.add_llvm_module

    def add_and_keep(self: Any, module: Any) -> Any:
        modules.setdefault(id(self), []).append(str(module))
        return add(self, module)

    dispatcher: Any = play_each_round
    dispatcher._cache = caching.NullCache()  # made from the text, not from what shipped before
    library.add_llvm_module = add_and_keep
    try:
        dispatcher.compile(_types())
    finally:
        library.add_llvm_module = add
    (result,) = dispatcher.overloads.values()
    texts = [text for dependency in _libraries(result.library, set()) for text in modules[id(dependency)]]
    return result.fndesc.llvm_func_name, texts


def _libraries(library: Any, seen: set[int]) -> Iterator[Any]:
    """A library behind all those it needs, each once."""
    if id(library) not in seen:
        seen.add(id(library))
        for needed in library._linking_libraries:
            yield from _libraries(needed, seen)
        yield library


def _types() -> tuple[Any, ...]:
    import numba

    return tuple(numba.typeof(value) for value in SMALL)


def _machine(triple: str, **options: Any) -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    return llvm.Target.from_triple(triple).create_target_machine(**options)


def _joined(machine: Any, texts: Iterable[str]) -> Any:
    """One module of LLVM code for this machine."""
    import llvmlite.binding as llvm

    head, module = f'target triple = "{machine.triple}"\ntarget datalayout = "{machine.target_data}"\n', None
    for text in texts:
        parsed = llvm.parse_assembly(head + text)
        for one in (*parsed.functions, *parsed.global_variables):
            if not one.is_declaration and one.linkage == llvm.Linkage.external:
                one.linkage = "weak_odr"
        if module is None:
            module = parsed
        else:
            module.link_in(parsed)
    return module


def _code(entry: str, texts: list[str]) -> bytes:
    """Code that is linked into whoever plays rounds, behind a line that says what it was made for."""
    import llvmlite.binding as llvm

    machine = _machine(OF_64_BITS, cpu="x86-64", opt=1)
    module = _joined(machine, [HEAD.sub("", text) for text in texts])
    for function in module.functions:  # as Numba has it; "internal" takes twice as long to become machine code
        if function.linkage == llvm.Linkage.weak_odr:
            function.linkage = "linkonce_odr"
    played = module.get_function(entry)
    played.name, played.linkage = SYMBOL, "external"
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    passes, whole = builder.getFunctionPassManager(), llvm.create_new_module_pass_manager()
    for function in module.functions:
        if not function.is_declaration:
            passes.run(function, builder)
    whole.add_global_dead_code_eliminate_pass()
    whole.add_strip_symbols_pass()
    whole.run(module, builder)
    header = {"purpose": {**purpose(_types()), "machine": OF_64_BITS}, "made_with": tools()}
    return json.dumps(header).encode() + b"\n" + zlib.compress(module.as_bitcode(), 9)


def _object(entry: str, texts: list[str]) -> bytes:
    """One object for WebAssembly with all code that the entry needs, and a door to it, `play(arguments)`."""
    import llvmlite.binding as llvm

    machine = _machine(TARGET, cpu="generic", features=FEATURES, opt=3)
    module = _joined(machine, [RUNTIME, *map(_portable, texts)])
    module.link_in(_joined(machine, [_door(entry, module.get_function(entry))]))
    for one in (*module.functions, *module.global_variables):
        if not one.is_declaration and one.name != "play" and not one.name.startswith("llvm."):
            one.linkage = "internal"
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = True
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    if missing := [one.name for one in module.functions if one.is_declaration and not one.name.startswith("llvm.")]:
        raise GreatPowersError(f"The engine needs {', '.join(missing)}, which browsers do not have.")
    return bytes(machine.emit_object(module))


HEAD = re.compile(r"^target (?:triple|datalayout) = .*$", re.MULTILINE)
# Exceptions, pickled, with the paths of files; nobody could raise them.
PICKLED = re.compile(r"^(@\.const\.picklebuf\.\w+) = .*$", re.MULTILINE)


def _portable(text: str) -> str:
    """LLVM code of Numba without what is said of this machine, and of its disk."""
    text = PICKLED.sub(r"\1 = internal constant i8 0", HEAD.sub("", text))
    return text.replace("@llvm.smul.with.overflow.i64(", "@product(")


def _door(entry: str, function: Any) -> str:
    """LLVM code of the function that browsers call: it reads each argument from a word of 64 bits."""
    named = [(one.name, str(one.type)) for one in function.arguments]
    expected = [("retptr", "ptr"), ("excinfo", "ptr"), *_words([f"arg.{name}" for name in NAMES], SMALL)]
    if named != expected:
        raise GreatPowersError(f"Numba passes the arguments of {entry} in a way that is not known here.")
    reads, handed = "", []
    for at, (_, kind) in enumerate(named):
        reads += f"  %at{at} = getelementptr i64, ptr %words, i32 {at}\n  %word{at} = load i64, ptr %at{at}\n"
        if kind == "ptr":
            reads += f"  %pointer{at} = inttoptr i64 %word{at} to ptr\n"
        handed.append(f"{kind} %{'pointer' if kind == 'ptr' else 'word'}{at}")
    kinds = ", ".join(kind for _, kind in named)
    return f"""
declare i32 @"{entry}"({kinds})
define i32 @play(ptr %words) {{
{reads}  %failed = call i32 @"{entry}"({", ".join(handed)})
  ret i32 %failed
}}
"""


def _words(names: Iterable[str], values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Names and kinds of the words that Numba makes of arguments, and `assets/engine.js` writes."""
    for name, value in zip(names, values, strict=True):
        if isinstance(value, np.ndarray):
            yield from ((f"{name}.0", "ptr"), (f"{name}.1", "ptr"))  # who owns it: nobody
            yield from ((f"{name}.2", "i64"), (f"{name}.3", "i64"), (f"{name}.4", "ptr"))  # items, bytes each, where
            yield from ((f"{name}.5.{axis}", "i64") for axis in range(value.ndim))  # lengths
            yield from ((f"{name}.6.{axis}", "i64") for axis in range(value.ndim))  # bytes from one to the next
        elif isinstance(value, tuple):
            yield from _words([f"{name}.{part}" for part in range(len(value))], value)
        else:
            yield name, "i64" if isinstance(value, int) else "ptr"


def _linked(content: bytes) -> bytes:
    """A module from an object."""
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place, "engine.o"), Path(place, "engine.wasm")
        source.write_bytes(content)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "ziglang", "wasm-ld", "--no-entry", "--export=play", "--export=__heap_base"),
                *("--strip-all", "--gc-sections", "-z", f"stack-size={STACK_BYTES}", str(source), "-o", str(target)),
            ],
            capture_output=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise GreatPowersError(f"The linker of ziglang failed: {done.stderr.strip()}")
        return target.read_bytes()


def main() -> int:
    """Build the module, in its place or elsewhere."""
    parser = argparse.ArgumentParser(
        prog="python -m greatpowers.browser.build", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIRECTORY", help="write both there (default: each in its place in the package)"
    )
    place = parser.parse_args().out
    try:
        contents = build()
    except GreatPowersError as error:
        print(error, file=sys.stderr)
        return 2
    for path, content in zip((MODULE, SHIPPED), contents, strict=True):
        target = path if place is None else place / path.name
        write_whole(target, content)
        print(f"{target}: {len(content)} bytes, core {core_fingerprint()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
