#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench_test.py --nacre PATH: bench/compare.py builds its workloads, and measures them and compilers, in
one round of the least work. `skipped: ...` where no clang can compile for WASI."""
import argparse, os, pathlib, re, shlex, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
COMPARE = [sys.executable, str(ROOT / "bench/compare.py"), "-n", "1"]


def wasi_compiler(folder):
    source = folder / "try.c"
    source.write_text('#include <stdio.h>\nint main(void) { return puts("") < 0; }\n')
    for name in ("clang-19", "clang", *(f"clang-{n}" for n in range(22, 13, -1))):
        if shutil.which(name) and not subprocess.run([name, "--target=wasm32-wasi", source, "-o", folder / "try"],
                                                     capture_output=True).returncode:
            return name
    print("skipped: no clang here can compile for WASI")
    sys.exit(0)


def compare(*arguments, status=0, **options):
    p = subprocess.run([*COMPARE, *map(str, arguments)], capture_output=True, text=True, timeout=600, **options)
    if p.returncode != status:
        sys.exit(f"{' '.join(map(str, arguments))}\nexit status {p.returncode}, not {status}:\n{p.stdout}{p.stderr}")
    return p


def expect(text, pattern, count):
    if len(re.findall(pattern, text, re.M)) != count:
        sys.exit(f"{pattern} is not there {count} times:\n{text}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--nacre", type=pathlib.Path, required=True)
    nacre = shlex.quote(str(ap.parse_args().nacre.resolve()))
    workloads = len(list((ROOT / "bench/workloads").glob("*.c")))
    number = r"(?:\d+\.\d+|\d+)"
    with tempfile.TemporaryDirectory(prefix="nacre-bench-") as tmp:
        out = pathlib.Path(tmp) / "out"
        out.mkdir()
        clang = wasi_compiler(pathlib.Path(tmp))
        compare("--build", out, env={**os.environ, "CLANG": clang})
        runtimes = ["--runtime", "native={native} 1", "--runtime", f"nacre={nacre} run {{wasm}} 1",
                    "--runtime", f"interpreter={nacre} run --engine=interp {{wasm}} 1"]
        p = compare(*runtimes, out)
        expect(p.stdout, rf"^\| \w+ \| {number} \| {number} \| {number} \|$", workloads)
        expect(p.stdout, rf"^\| geometric mean \|  \| {number} \| {number} \|$", 1)
        # A runtime that prints something else has no time.
        sieve = out / "sieve.wasm"
        p = compare(*runtimes[:2], "--runtime", f"wrong={nacre} run {{wasm}} 2", sieve, status=1)
        expect(p.stdout, rf"^\| sieve \| {number} \| - \|$", 1)
        expect(p.stderr, r"^failed: sieve, wrong: printed ", 1)
        # Any command that writes a file counts as a compiler, and one that fails has no time.
        p = compare("--compile", f"wat={nacre} wasm2wat {{wasm}} -o {{out}}", "--compile", f"false={nacre} --no-such", sieve, status=1)
        expect(p.stdout, rf"^\| sieve \| wat \| {number} \| {number} \| {number} \| {number} \|$", 1)
        expect(p.stderr, r"^failed: sieve, false: exit status 2", 1)
    print(f"{workloads} workloads")


main()
