#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures WebAssembly runtimes beside one another, as commands, and prints tables in Markdown.

    compare.py --build OUT                     bench/workloads, for WASI and natively, by clang-19
    compare.py [-n 8] --runtime 'native={native}' --runtime 'nacre=nacre run {wasm}' OUT
    compare.py [-n 3] --compile 'nacre=nacre compile --threads 1 {wasm} -o {out}' FILE.wasm ...

What is measured are .wasm files, or all those in a folder. In a command, {wasm} is the file,
{native} the file without .wasm, {name} its name without both, {here} the folder of this script,
{out} a file to write; nothing else is replaced, and no shell is in between.

--runtime (repeated; the first is the reference): a round runs every workload on every runtime, in
an order shuffled anew. A workload that prints a line `kernel N ns` has timed itself, so that
start-up and compilation are outside; otherwise the whole process counts. All the rest of what it
prints must be the same on every runtime: a runtime that prints something else or fails has no time,
and makes the exit status 1. Ratios are of minima, or of medians with --stat median.

--compile (repeated): CPU time of the process and its children, user and system; the size of {out}
if the command names it; peak memory of the largest process, which a system reports as no less than
this script's own (some 15 MiB).
"""
import argparse
import math
import os
import pathlib
import platform
import random
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
KERNEL = re.compile(rb"^kernel (\d+) ns\r?\n", re.M)


class Failed(Exception):
    pass


def build(out):
    """Every source of bench/workloads as OUT/NAME.wasm and OUT/NAME."""
    clang = os.environ.get("CLANG", "clang-19")
    flags = ["-O2", "-ffp-contract=off"]
    out.mkdir(parents=True, exist_ok=True)
    for source in sorted((HERE / "workloads").glob("*.c")):
        for more, program in ((["--target=wasm32-wasi", "-msimd128"], out / (source.stem + ".wasm")),
                              (["-lm"], out / source.stem)):
            subprocess.run([clang, *flags, source, *more, "-o", program], check=True)
    print(f"{out}: {len(list(out.glob('*.wasm')))} workloads")


def expand(template, wasm, out=None):
    """The words of a command."""
    values = {"wasm": wasm, "native": wasm.with_suffix(""), "name": wasm.stem, "here": HERE, "out": out}
    words = shlex.split(template)
    return [re.sub(r"\{(wasm|native|name|here|out)\}", lambda m: str(values[m[1]]), w) for w in words]


def execute(command, timeout):
    """-> seconds of the whole process, what it printed."""
    begin = time.perf_counter()
    try:
        p = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Failed(str(e)) from e
    seconds = time.perf_counter() - begin
    if p.returncode:
        raise Failed(f"exit status {p.returncode}: {p.stderr.decode('utf-8', 'replace').strip()[-300:]}")
    return seconds, p.stdout


def run_once(command, timeout):
    """-> seconds, and what has to be the same everywhere."""
    seconds, printed = execute(command, timeout)
    own = KERNEL.search(printed)
    return (int(own[1]) / 1e9 if own else seconds), KERNEL.sub(b"", printed)


def measure(runtimes, workloads, args):
    """-> {(workload, runtime): [seconds]}, [what went wrong]."""
    times = {(w, r): [] for w in workloads for r in runtimes}
    wrong, printed = {}, {}
    for n in range(args.rounds):
        jobs = list(times)
        random.shuffle(jobs)
        jobs.sort(key=lambda job: n == 0 and job[1] != next(iter(runtimes)))  # first what others are held against
        for job in jobs:
            if job in wrong:
                continue
            workload, runtime = job
            try:
                seconds, text = run_once(expand(runtimes[runtime], workload), args.limit)
                if printed.setdefault(workload, text) != text:
                    raise Failed(f"printed {text[:60]!r}, expected {printed[workload][:60]!r}")
                times[job].append(seconds)
            except Failed as e:
                wrong[job] = f"{workload.stem}, {runtime}: {e}"
                times[job].clear()
        print(f"round {n + 1} of {args.rounds}", file=sys.stderr)
    return times, list(wrong.values())


def significant(x):
    """Three digits."""
    return f"{x:.{max(0, 2 - math.floor(math.log10(x)))}f}" if x > 0 else "0"


def geometric_mean(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|---" * len(head) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def ratio_table(times, runtimes, workloads, stat):
    """Multiples of the reference; the means of all are over workloads that all of them ran."""
    reference, *others = runtimes
    choose = min if stat == "min" else statistics.median
    value = {job: choose(t) for job, t in times.items() if t}
    ratio = {(w, r): value[w, r] / value[w, reference] for w, r in value if (w, reference) in value}
    rows = [[w.stem, significant(1e3 * value[w, reference]) if (w, reference) in value else "-",
             *(f"{ratio[w, r]:.2f}" if (w, r) in ratio else "-" for r in others)] for w in workloads]
    common = [w for w in workloads if all((w, r) in ratio for r in runtimes)]
    if common:
        name = "geometric mean" + ("" if len(common) == len(workloads) else f" of {len(common)}")
        rows.append([name, "", *(f"{geometric_mean([ratio[w, r] for w in common]):.2f}" for r in others)])
    table(["workload", f"{reference}, ms", *others], rows)


def time_table(times, runtimes, workloads):
    cell = lambda t: f"{significant(1e3 * min(t))} / {significant(1e3 * statistics.median(t))}" if t else "-"
    table(["minimum / median, ms", *runtimes], [[w.stem, *(cell(times[w, r]) for r in runtimes)] for w in workloads])


def compile_once(command, limit):
    """-> seconds of CPU, peak bytes."""
    with tempfile.TemporaryFile() as printed:
        try:
            p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)
        except OSError as e:
            raise Failed(str(e)) from e
        alarm = threading.Timer(limit, p.kill)
        alarm.start()
        _, status, used = os.wait4(p.pid, 0)
        alarm.cancel()
        p.returncode = os.waitstatus_to_exitcode(status)
        if p.returncode:
            printed.seek(0)
            raise Failed(f"exit status {p.returncode}: {printed.read()[-300:].decode('utf-8', 'replace').strip()}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure_compilers(compilers, files, args):
    """-> {(file, compiler): [(seconds, peak, size)]}, [what went wrong]."""
    results = {(f, c): [] for f in files for c in compilers}
    wrong = {}
    for n in range(args.rounds):
        jobs = [job for job in results if job not in wrong]
        random.shuffle(jobs)
        for file, compiler in jobs:
            with tempfile.TemporaryDirectory() as tmp:
                out = pathlib.Path(tmp) / "out"
                try:
                    seconds, peak = compile_once(expand(compilers[compiler], file, out), args.limit)
                    size = sum(f.stat().st_size for f in [out, *out.rglob("*")] if f.is_file())
                    results[file, compiler].append((seconds, peak, size))
                except Failed as e:
                    wrong[file, compiler] = f"{file.stem}, {compiler}: {e}"
                    results[file, compiler].clear()
        print(f"round {n + 1} of {args.rounds}", file=sys.stderr)
    return results, list(wrong.values())


def compile_table(results, compilers, files, stat):
    choose = min if stat == "min" else statistics.median
    rows = []
    for (file, compiler), runs in results.items():
        if not runs:
            rows.append([file.stem, compiler, "-", "-", "-", "-"])
            continue
        seconds, size, bytes_in = choose(r[0] for r in runs), runs[0][2], file.stat().st_size
        rows.append([file.stem, compiler, f"{seconds:.3f}", f"{bytes_in / 1e6 / max(seconds, 1e-9):.1f}",
                     f"{size / bytes_in:.2f}" if size else "-", f"{max(r[1] for r in runs) / 2**20:.0f}"])
    table(["file", "compiler", "CPU s", "MB of file a second", "output per byte of file", "peak MiB"], rows)
    common = [f for f in files if all(results[f, c] for c in compilers)]
    if common and len(compilers) > 1:
        first = next(iter(compilers))
        relative = [geometric_mean([max(choose(r[0] for r in results[f, c]), 1e-9) / max(choose(r[0] for r in results[f, first]), 1e-9)
                                    for f in common]) for c in compilers]
        table([f"CPU time / {first}'s, geometric mean of {len(common)}", *compilers], [["", *(f"{x:.2f}" for x in relative)]])


def named(templates):
    """NAME=COMMAND ... -> {name: command}"""
    for t in templates:
        if not re.match(r"[^=]+=.", t):
            sys.exit(f"expected NAME=COMMAND, found {t!r}")
    return dict(t.split("=", 1) for t in templates)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", type=pathlib.Path, metavar="OUT", help="compile bench/workloads into this folder")
    ap.add_argument("--runtime", action="append", default=[], metavar="NAME=COMMAND")
    ap.add_argument("--compile", action="append", default=[], metavar="NAME=COMMAND")
    ap.add_argument("-n", "--rounds", type=int, default=5)
    ap.add_argument("--stat", choices=["min", "median"], default="min")
    ap.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="for one run (600)")
    ap.add_argument("files", nargs="*", type=pathlib.Path, metavar="FILE", help=".wasm files, or folders of them")
    args = ap.parse_args()
    if args.build:
        build(args.build)
    wasm = [w.resolve() for f in args.files for w in (sorted(f.glob("*.wasm")) if f.is_dir() else [f])]
    runtimes, compilers = named(args.runtime), named(args.compile)
    if (runtimes or compilers) and not wasm:
        ap.error("no .wasm files")
    wrong = []
    if runtimes:
        times, wrong = measure(runtimes, wasm, args)
        ratio_table(times, runtimes, wasm, args.stat)
        time_table(times, runtimes, wasm)
    if compilers:
        results, more = measure_compilers(compilers, wasm, args)
        compile_table(results, compilers, wasm, args.stat)
        wrong += more
    if runtimes or compilers:
        print(f"{args.rounds} rounds, {platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors")
    for line in wrong:
        print(f"failed: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


main()
