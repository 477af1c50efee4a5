#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports of traps in programs compiled with debug information: run.py --nacre PATH [--only TEXT].

guests/ are compiled here by clang-19 at several levels and versions of DWARF; what nacre prints
for each is compared with expected/NAME.txt, where offsets are shown as 0x.. because they belong
to the compiler. NACRE_BLESS=1 rewrites those files. Every engine must print the same. The last
line is 'N passed, N failed'; without the compiler it is 'skipped: ...'.
"""
import argparse, os, pathlib, re, shutil, subprocess, sys, tempfile, traceback

HERE = pathlib.Path(__file__).resolve().parent
GUESTS, EXPECTED = HERE / "guests", HERE / "expected"
BARE = ["clang-19", "--target=wasm32", "-nostdlib", "-Wl,--no-entry", "-Wall", "-Werror", "-mcpu=generic",
        "-Wno-unused-command-line-argument"]
WASI = ["clang-19", "--target=wasm32-wasi", "-Wall", "-Werror"]
CASES = []


class Failure(Exception):
    pass


def case(f):
    CASES.append(f)
    return f


def expect(ok, *what):
    if not ok:
        raise Failure(" ".join(map(str, what)))


class World:
    def __init__(self, nacre, work):
        self.nacre, self.work = nacre, work
        self.engines = [e for e in ("interp", "baseline") if self.has_engine(e)]

    def has_engine(self, engine):
        module = self.work / "empty.wasm"
        module.write_bytes(b"\0asm\1\0\0\0" + bytes([1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0, 10, 4, 1, 2, 0, 11]))
        p = subprocess.run([self.nacre, "run", "--engine", engine, "--invoke", "f", module], capture_output=True)
        return p.returncode == 0

    def build(self, name, *options, compiler=BARE, output=None):
        out = self.work / (output or "guest.wasm")
        subprocess.run([*compiler, *options, name, "-o", out], cwd=GUESTS, check=True)
        return out

    def run(self, module, *args, cwd=GUESTS, options=()):
        """What every engine prints, offsets made equal."""
        texts = []
        for engine in self.engines:
            p = subprocess.run([self.nacre, "run", "--engine", engine, *options, *([module] if not args else ["--invoke", args[0], module, *args[1:]])],
                               cwd=cwd, capture_output=True, timeout=60)
            expect(p.returncode == 134, "status", p.returncode, p.stderr)
            text = p.stderr.decode("utf-8", "replace")
            texts.append(re.sub(r"@ 0x[0-9a-f]+", "@ 0x..", text))
        for text in texts:
            expect(text == texts[0], "engines differ:\n" + "\n".join(texts))
        return texts[0]

    def golden(self, name, text):
        path = EXPECTED / (name + ".txt")
        if os.environ.get("NACRE_BLESS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            return
        wanted = path.read_text() if path.exists() else ""
        expect(text == wanted, f"{path.name}: expected\n{wanted}\ngot\n{text}")


def variants(w, guest, *args):
    for level in ("-O0", "-O2"):
        texts = []
        for version in ("-gdwarf-4", "-gdwarf-5"):
            module = w.build(guest, "-g", level, version)
            texts.append(w.run(module, *args))
        expect(texts[0] == texts[1], "DWARF 4 and 5 differ:\n" + "\n".join(texts))
        w.golden(guest.split(".")[0] + level, texts[0])


@case
def c_with_inlined_functions(w):
    variants(w, "divide.c", "run", "0")


@case
def cpp_names(w):
    variants(w, "shapes.cpp", "run", "3")


@case
def wasi_program(w):
    for version in ("-gdwarf-4", "-gdwarf-5"):
        text = w.run(w.build("main.c", "-g", "-O1", version, compiler=WASI))
        for wanted in (r"check at main\.c:7:18$", r"inlined into main at main\.c:12:3 @ 0x\.\.$",
                       r"^          7 \|   if \(argc == 1\) abort\(\);\n            \|                  \^$"):
            expect(re.search(wanted, text, re.M), wanted, "not in\n" + text)
        expect("note:" not in text, text)


@case
def without_debug_information(w):
    w.golden("no-debug", w.run(w.build("bare.c", "-O1"), "run", "1"))


@case
def stripped(w):
    w.golden("stripped", w.run(w.build("bare.c", "-O1", "-Wl,-s"), "run", "1"))


@case
def only_debug_stripped(w):
    w.golden("no-debug", w.run(w.build("bare.c", "-O1", "-g", "-Wl,--strip-debug"), "run", "1"))


@case
def innermost_without(w):
    """A file compiled without -g in a program that has it elsewhere."""
    for name, options in (("bare.c", ["-Drun=outer", '-DEXPORT="outer"']), ("divide.c", ["-g"])):
        subprocess.run([*BARE, "-O1", "-c", *options, name, "-o", w.work / (name + ".o")], cwd=GUESTS, check=True)
    out = w.work / "mixed.wasm"
    subprocess.run([*BARE, w.work / "bare.c.o", w.work / "divide.c.o", "-Wl,--export=inner", "-o", out], check=True)
    w.golden("mixed", w.run(out, "inner", "1"))


@case
def split_dwarf(w):
    module = w.build("bare.c", "-O1", "-g", "-gsplit-dwarf", "-gdwarf-5")
    text = w.run(module, "run", "1")
    expect("inner at bare.c:9:55 @" in text and "compile without -gsplit-dwarf" in text, text)


def uleb(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + uleb(n >> 7)


def custom(name, contents):
    name = name.encode()
    body = uleb(len(name)) + name + contents
    return b"\0" + uleb(len(body)) + body


@case
def elsewhere(w):
    """Sections that say where the information is."""
    module = w.build("bare.c", "-O1").read_bytes()
    for section, wanted in (("external_debug_info", "the debug information is in x\\x1b.wasm, which is not read"),
                            ("sourceMappingURL", "source maps (x\\x1b.wasm) are not read")):
        path = w.work / "elsewhere.wasm"
        path.write_bytes(module + custom(section, b"\x07x\x1b.wasm"))
        text = w.run(path, "run", "1")
        expect("note: " + wanted in text, text)


@case
def source_not_there(w):
    folder = w.work / "moved"
    folder.mkdir()
    shutil.copy(GUESTS / "bare.c", folder)
    out = folder / "a.wasm"
    subprocess.run([*BARE, "-g", "-O0", "bare.c", "-o", out], cwd=folder, check=True)
    expect(" | " in w.run(out, "run", "1", cwd=folder), "no source line")
    expect("bare.c:9:55 @" in w.run(out, "run", "1", cwd=folder), "not relative to the folder", w.run(out, "run", "1", cwd=folder))
    expect(f"{folder}/bare.c:9:55 @" in w.run(out, "run", "1", cwd="/"), "not absolute elsewhere")
    (folder / "bare.c").unlink()
    os.mkfifo(folder / "bare.c")  # reading it would never end
    text = w.run(out, "run", "1", cwd=folder)
    expect(" | " not in text and "bare.c:9:55" in text, text)


def sections(data):
    at = 8
    while at < len(data):
        kind, size, shift, at = data[at], 0, 0, at + 1
        while True:
            byte = data[at]
            at, size, shift = at + 1, size | (byte & 127) << shift, shift + 7
            if byte < 128:
                break
        yield kind, data[at:at + size]
        at += size


@case
def coredump(w):
    module = w.build("divide.c", "-g", "-O1")
    dump = w.work / "core.wasm"
    text = w.run(module, "run", "0", options=["--coredump", dump])
    expect(f"note: coredump written to {dump}" in text, text)
    data = dump.read_bytes()
    expect(subprocess.run([w.nacre, "validate", dump], capture_output=True).returncode == 0, "the coredump is no module")
    found = {kind if kind else body[1:1 + body[0]].decode(): body for kind, body in sections(data)}
    expect(set(found) == {"core", "coremodules", "coreinstances", "corestack", 5, 6, 11}, list(found))
    expect(found["core"] == b"\x04core\0" + uleb(len(str(module))) + str(module).encode(), found["core"])
    expect(found["coreinstances"] == b"\x0dcoreinstances\x01\0\0\x01\0\x01\0", found["coreinstances"])
    stack = found["corestack"][10:]
    expect(stack.startswith(b"\0\x04main\x02\0\0"), stack)  # two frames, the first of instance 0
    expect(bytes([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]) in found[11], "the values are not in memory")
    # Where it cannot be written, the report says so and stays.
    text = w.run(module, "run", "0", options=["--coredump", w.work / "no" / "where"])
    expect("nacre: --coredump: " in text and "quotient" in text, text)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--nacre", required=True)
    ap.add_argument("--only", default="")
    args = ap.parse_args()
    for tool in ("clang-19", "wasm-ld-19"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed (packages clang-19, lld-19)")
            return
    passed = failed = 0
    for f in CASES:
        if args.only not in f.__name__:
            continue
        with tempfile.TemporaryDirectory() as work:
            try:
                f(World(str(pathlib.Path(args.nacre).resolve()), pathlib.Path(work)))
                passed += 1
            except Exception as e:
                failed += 1
                print(f"{f.__name__}: {e if isinstance(e, Failure) else traceback.format_exc()}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
