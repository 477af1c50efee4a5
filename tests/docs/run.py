#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles and runs what README.md and docs/ show: run.py --build FOLDER [--engine interp] [PAGE.md ...].

Each page gets an empty folder of its own, and its fenced blocks are taken in order:

    wat         with a first line `;; NAME.wat`: the file, and NAME.wasm beside it
    c           with a first line `// NAME.c`: the file, to be compiled by a command of the page
    cpp, c      with a main(): a program. It is compiled as it stands, against the library in
                FOLDER, and must print the `text` block that follows, or nothing when none does
    cpp fragment    compiled inside a function where engine, module, store, linker, instance and
                bytes are there; `cpp declarations`: the same outside of one
    console     lines that begin with `$ ` are run, `> ` continues them; the rest is their output,
                in which `...` stands for any text, and alone on a line for any lines
    c wasmtime, cpp v8 ...  another runtime's code, on the pages in docs/coming-from/ only

A console block `x86-64` is skipped on other processors; a page whose console calls a clang that
cannot compile for WASI is left out, and the last line says so. Besides: links between pages lead
somewhere; every message docs/troubleshooting.md explains is still in the sources, and every trap
is explained. NACRE_BLESS=1 writes the output that was printed into the pages.

The default engine runs everything that does not choose one. With --engine interp the interpreter does, and
must print the same: tests/examples/engine.cpp is linked to programs, and `nacre` is that of tests/cli.
"""
import argparse, concurrent.futures, importlib.util, os, pathlib, platform, re, shutil, subprocess, sys, tempfile, threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLESS = bool(os.environ.get("NACRE_BLESS"))
X64 = platform.machine() in ("x86_64", "AMD64")
HEADERS = "nacre/nacre.hpp nacre/wasi.hpp nacre/wasi_threads.hpp".split()
STANDARD = "cstdio cstdlib string string_view vector thread atomic tuple memory map span chrono".split()
# What a fragment may use without declaring it.
PREAMBLE = "".join(f"#include <{h}>\n" for h in HEADERS + STANDARD) + """
namespace {
nacre::Engine engine;
nacre::Linker linker{engine};
nacre::Store store{engine};
std::vector<unsigned char> bytes;
nacre::Module module = nacre::Module::compile(engine, bytes).value();
nacre::Instance instance;
[[maybe_unused]] void use_all() { (void)&linker, (void)&store, (void)&bytes, (void)&module, (void)&instance; }
"""


class Failure(Exception):
    pass


class Skipped(Exception):
    pass


class Block:
    def __init__(self, page, info, line, text):
        words = info.split()
        self.page, self.line, self.text = page, line, text
        self.kind, self.mark = (words + ["", ""])[:2]

    def where(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def first_line_name(self, comment, suffix):
        m = re.match(re.escape(comment) + r" ([\w.-]+\." + suffix + r")\n", self.text)
        return m and m[1]


def blocks_of(page):
    found, opened = [], None
    for number, line in enumerate(page.read_text().split("\n"), 1):
        if line.startswith("```"):
            if opened is None:
                opened = (line[3:].strip(), number + 1, [])
            else:
                found.append(Block(page, opened[0], opened[1], "".join(x + "\n" for x in opened[2])))
                opened = None
        elif opened is not None:
            opened[2].append(line)
    if opened is not None:
        raise Failure(f"{page}:{opened[1]}: a block that never ends")
    return found


def matches(expected, got):
    """Line by line, `...` standing for any text or, alone, any lines."""
    pattern = ""
    for line in expected:
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ \t]*\n"
    return re.fullmatch(pattern, "".join(g.rstrip() + "\n" for g in got)) is not None


def wrap_command(nacre, folder):
    """Puts a `nacre` that interprets into the folder."""
    spec = importlib.util.spec_from_file_location("cli_run", ROOT / "tests/cli/run.py")
    cli = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cli)
    cli.write_wrapper(nacre, "interp", folder)


class World:
    def __init__(self, build, interpreted):
        text = (build / "CMakeCache.txt").read_text()
        self.cache = dict(re.findall(r"^(\w+):[A-Z]+=(.*)$", text, re.M))
        self.build = build
        self.nacre = build / "cli" / "nacre"
        library = build / "src" / "libnacre.so"
        if interpreted or not library.exists():  # C programs call Engine's constructor inside of the library
            library = build / "src" / "libnacre.a"
        self.library = library
        self.cxx = self.cache.get("CMAKE_CXX_COMPILER", "c++")
        self.cc = self.cache.get("CMAKE_C_COMPILER", "cc")
        launcher = shutil.which("ccache")
        self.launcher = [launcher] if launcher else []
        sanitize = self.cache.get("NACRE_SANITIZE", "")
        self.link = [f"-fsanitize={sanitize}"] if sanitize else []
        self.link += [f"-Wl,-rpath,{library.parent}"] if library.suffix == ".so" else []
        self.bin = tempfile.TemporaryDirectory(prefix="nacre-docs-")
        self.env = dict(os.environ, LC_ALL="C.UTF-8", PATH=f"{self.bin.name}:{self.nacre.parent}:{os.environ['PATH']}")
        self.wasi_compiler, self.lock = None, threading.Lock()
        if interpreted:
            self.interpret()

    def interpret(self):
        wrap_command(self.nacre, self.bin.name)
        self.env["NACRE_EXAMPLES_ENGINE"] = "interpreter"
        chooser = pathlib.Path(self.bin.name) / "engine.o"
        self.must("--engine", [*self.launcher, self.cxx, "-std=c++20", f"-I{ROOT / 'include'}", "-c",
                               ROOT / "tests/examples/engine.cpp", "-o", chooser], self.bin.name)
        self.link += ["-Wl,--wrap=_ZN5nacre6EngineC1ERKNS_6ConfigE", chooser]

    def run(self, args, cwd, **options):
        return subprocess.run([str(a) for a in args], cwd=cwd, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, text=True, **options)

    def must(self, where, args, cwd):
        p = self.run(args, cwd)
        if p.returncode:
            raise Failure(f"{where}: {args[0] if args[0] not in self.launcher else args[1]} failed:\n{p.stdout[:3000]}")
        return p.stdout

    def needs_wasi_compiler(self, page):
        """`clang` becomes the first one here that has a C library for WASI."""
        with self.lock:
            if self.wasi_compiler is None:
                self.wasi_compiler = self.find_wasi_compiler()
        if not self.wasi_compiler:
            raise Skipped(f"{page.relative_to(ROOT)}: no clang here can compile for WASI")

    def find_wasi_compiler(self):
        source = pathlib.Path(self.bin.name) / "try.c"
        source.write_text("#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n")
        for name in ("clang", *(f"clang-{n}" for n in range(22, 13, -1))):
            clang = shutil.which(name)
            if clang and not self.run([clang, "--target=wasm32-wasi", source, "-o", source.with_suffix(".wasm")],
                                      self.bin.name).returncode:
                (source.parent / "clang").symlink_to(clang)
                return clang
        return ""

    def compile(self, block, folder):
        """The block as a program in `folder`; its path."""
        cxx = block.kind == "cpp"
        stem = folder / f"program-{block.line}"
        source = stem.with_suffix(".cpp" if cxx else ".c")
        source.write_text(f'#line {block.line} "{block.page.relative_to(ROOT)}"\n{block.text}')
        flags = [self.cxx, "-std=c++20"] if cxx else [self.cc, "-std=c99"]
        for words in re.findall(r"^// Compiled with (.*)\.$", block.text, re.M):
            flags += words.split()
        flags += ["-O0", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Werror", f"-I{ROOT / 'include'}"]
        self.must(block.where(), [*self.launcher, *flags, "-c", source, "-o", stem.with_suffix(".o")], folder)
        self.must(block.where(), [self.cxx, stem.with_suffix(".o"), self.library, *self.link, "-pthread", "-o", stem], folder)
        return stem


class Page:
    """One page's blocks, run in order in one folder."""

    def __init__(self, world, path):
        self.world, self.path = world, path
        self.ran, self.fragments, self.edits, self.unchecked = 0, [], [], []
        self.status = 0

    def run(self):
        blocks = blocks_of(self.path)
        with tempfile.TemporaryDirectory(prefix="nacre-docs-") as tmp:
            folder = pathlib.Path(tmp).resolve()
            for i, block in enumerate(blocks):
                self.block(block, blocks[i + 1] if i + 1 < len(blocks) else None, folder)
        self.write_edits()
        return self

    def block(self, block, following, folder):
        if block.kind == "wat":
            self.wat(block, folder)
        elif block.kind in ("c", "cpp"):
            self.code(block, following, folder)
        elif block.kind == "console" and (block.mark != "x86-64" or X64):
            self.console(block, folder)

    def wat(self, block, folder):
        name = block.first_line_name(";;", "wat") or f"unnamed-{block.line}.wat"
        (folder / name).write_text(block.text)
        wasm = folder / (name[:-4] + ".wasm")
        self.world.must(block.where(), [self.world.nacre, "wat2wasm", name, "-o", wasm], folder)
        self.world.must(block.where(), [self.world.nacre, "validate", "-q", wasm], folder)
        self.ran += 1

    def code(self, block, following, folder):
        if block.mark in ("fragment", "declarations"):
            self.fragments.append(block)
            return
        if block.mark:
            if block.page.parent.name != "coming-from":
                raise Failure(f"{block.where()}: code that is not run (marked {block.mark})")
            return
        name = block.first_line_name("//", "c") if block.kind == "c" else None
        if name and "nacre.h" not in block.text and "wasm.h" not in block.text:
            (folder / name).write_text(block.text)
            return
        if not re.search(r"^int main\(", block.text, re.M):
            self.unchecked.append(block.where())
            return
        program = self.world.compile(block, folder)
        p = self.world.run([program], folder)
        if p.returncode:
            raise Failure(f"{block.where()}: exit status {p.returncode}, printed\n{p.stdout}")
        shown = following if following and following.kind == "text" and not following.mark else None
        expected = shown.text.splitlines() if shown else []
        self.ran += 1
        self.compare(block.where(), expected, p.stdout.splitlines(), shown)

    def console(self, block, folder):
        items = []
        for line in block.text.splitlines():
            if line.startswith("$ "):
                items.append(([line[2:]], []))
            elif line.startswith("> ") and items and not items[-1][1]:
                items[-1][0].append(line[2:])
            elif items:
                items[-1][1].append(line)
        out, same = [], True
        for command, expected in items:
            script = "\n".join(command)
            if "clang " in script:
                self.world.needs_wasi_compiler(self.path)
            p = self.world.run(["bash", "-c", f"(exit {self.status})\n{script}"], folder)
            self.status = p.returncode
            got = [g.rstrip() for g in p.stdout.splitlines()]
            ok = matches(expected, got)
            same = same and ok
            if not ok and not BLESS:
                self.differs(f"{block.where()}: $ {script}", expected, got)
            self.ran += 1
            out += ["$ " + command[0]] + ["> " + c for c in command[1:]] + (expected if ok else got)
        if not same:
            self.edits.append((block, out))

    def compare(self, where, expected, got, block):
        if matches(expected, got):
            return
        if BLESS and block:
            self.edits.append((block, got))
        else:
            self.differs(where, expected, got)

    def differs(self, where, expected, got):
        raise Failure("\n".join([where, *("  - " + e for e in expected), *("  + " + g for g in got)]))

    def write_edits(self):
        if not self.edits:
            return
        lines = self.path.read_text().split("\n")
        for block, new in sorted(self.edits, key=lambda e: -e[0].line):
            count = block.text.count("\n")
            lines[block.line - 1:block.line - 1 + count] = new
        self.path.write_text("\n".join(lines))
        print(f"blessed {self.path.relative_to(ROOT)}")


def compile_fragments(world, fragments):
    """All of them in one source, fragments in a function each."""
    parts = [PREAMBLE]
    for i, b in enumerate(fragments):
        line = f'#line {b.line} "{b.page.relative_to(ROOT)}"\n'
        if b.mark == "declarations":
            parts.append(f"namespace outside_{i} {{\n{line}{b.text}}}\n")
        else:
            parts.append(f"[[maybe_unused]] void fragment_{i}() {{\n{line}{b.text}}}\n")
    parts.append("}  // namespace\n")
    with tempfile.TemporaryDirectory(prefix="nacre-docs-") as tmp:
        source = pathlib.Path(tmp) / "fragments.cpp"
        source.write_text("".join(parts))
        p = world.run([*world.launcher, world.cxx, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-Wno-missing-field-initializers", "-O0", "-c",
                       f"-I{ROOT / 'include'}", source, "-o", source.with_suffix(".o")], tmp)
        if p.returncode:
            raise Failure(f"fragments:\n{p.stdout[:8000]}")
    return len(fragments)


def anchors(text):
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), re.M)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def check_links(pages):
    broken = []
    for page in pages:
        text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.S | re.M)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}: no such file")
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
                broken.append(f"{page.relative_to(ROOT)}: {target}: no such heading")
    if broken:
        raise Failure("\n".join(broken))


def literals():
    """All string literals of the sources, adjacent ones joined."""
    found = []
    for folder in ("src", "cli", "include"):
        for f in sorted((ROOT / folder).rglob("*.?pp")):
            if not f.name.endswith("_test.cpp"):
                text = re.sub(r'"\s*\n?\s*"', "", f.read_text().replace('\\"', "'"))
                found += re.findall(r'"([^"\n]*)"', text)
    return "\n".join(found)


def check_troubleshooting():
    """Messages are the headings in back quotes, `...` where something of the case stands."""
    page = ROOT / "docs/troubleshooting.md"
    text, known = page.read_text(), literals()
    messages = [m for heading in re.findall(r"^#{3,} (.*`.*)$", text, re.M) for m in re.findall(r"`([^`]+)`", heading)]
    lost = [f"{page.name}: '{part.strip()}' of `{m}` is not in the sources" for m in messages
            for part in m.replace('"', "'").split("...") if len(part.strip()) > 1 and part.strip() not in known]
    source = (ROOT / "src/base/trap.hpp").read_text()
    traps = set(re.findall(r'return "([^"]+)";', source)) - {"no trap", "unknown trap"}
    lost += [f"{page.name}: the trap '{t}' is not explained" for t in sorted(traps) if not any(m.startswith(t) for m in messages)]
    if lost:
        raise Failure("\n".join(lost))
    return len(messages)


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--build", type=pathlib.Path, required=True, help="a build folder of this tree")
    ap.add_argument("--engine", choices=["auto", "interp"], default="auto", help="what runs the samples")
    ap.add_argument("pages", nargs="*", type=pathlib.Path)
    args = ap.parse_args()
    interpreted = args.engine == "interp"
    world = World(args.build.resolve(), interpreted)
    every = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    pages = [p.resolve() for p in args.pages] or every
    ran, skipped, failures, fragments, unchecked = 0, [], [], [], []
    jobs = int(os.environ.get("NACRE_JOBS", os.cpu_count() or 1))

    def guarded(f, *a):
        try:
            return f(*a)
        except Skipped as s:
            skipped.append(str(s))
        except Failure as e:
            failures.append(str(e))

    with concurrent.futures.ThreadPoolExecutor(min(jobs, 4)) as pool:
        for done in pool.map(lambda p: guarded(Page(world, p).run), pages):
            if done:
                ran += done.ran
                fragments += done.fragments
                unchecked += done.unchecked
    if not interpreted:
        ran += guarded(compile_fragments, world, fragments) or 0
    if not args.pages and not interpreted:
        guarded(check_links, every)
        ran += guarded(check_troubleshooting) or 0
    for f in failures:
        print(f)
    if unchecked:
        print("neither programs nor marked as fragments, so not compiled: " + ", ".join(unchecked))
    print(f"{ran} samples, {len(failures)} failed" + "".join(f"; skipped {s}" for s in skipped))
    sys.exit(1 if failures or not ran else 0)


main()
