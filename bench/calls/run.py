#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nanoseconds of a call into WebAssembly and of a call of the host, beside Wasmtime and wazero.

Builds the programs of this folder against a release build of nacre, gets Wasmtime's shared library
(from its package for Python) and wazero (from Go's module proxy) into the build folder, runs all
programs in turn, round after round, and prints a table with the median of each figure.

    cmake --preset release && cmake --build build/release --target nacre nacre_cli
    bench/calls/run.py [--build build/release] [--rounds 9] [--json FILE]

Peers that cannot be had (no network, no Go) are left out and named.
"""
import argparse
import glob
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WASMTIME = "50.0.1"


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def nacre(build, out, module):
    program = os.path.join(out, "nacre-calls")
    run(os.environ.get("CXX", "g++"), "-std=c++20", "-O2", "-DNDEBUG", "-I" + os.path.join(ROOT, "include"),
        os.path.join(HERE, "nacre_calls.cpp"), os.path.join(build, "src", "libnacre.a"), "-pthread", "-o", program)
    return [program, module]


def wasmtime(build, out, module):
    library = glob.glob(os.path.join(out, "wasmtime", "*", "_libwasmtime.so"))
    if not library:
        run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
            "-d", out, "wasmtime==" + WASMTIME)
        with zipfile.ZipFile(glob.glob(os.path.join(out, "wasmtime-*.whl"))[0]) as wheel:
            wheel.extractall(out)
        library = glob.glob(os.path.join(out, "wasmtime", "*", "_libwasmtime.so"))
    program = os.path.join(out, "wasmtime-calls")
    run(os.environ.get("CC", "cc"), "-O2", os.path.join(HERE, "wasmtime_calls.c"), "-ldl", "-o", program)
    return [program, library[0], module]


def wazero(build, out, module):
    program = os.path.join(out, "wazero-calls")
    environment = dict(os.environ, GOMODCACHE=os.path.join(out, "go"), GOFLAGS="-modcacherw")
    run("go", "build", "-o", program, ".", cwd=os.path.join(HERE, "wazero"), env=environment)
    return [program, module]


def machine():
    try:
        with open("/proc/cpuinfo") as f:
            model = next(line.split(":")[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor()
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def table(figures):
    """Hosts down, interfaces across: a call into WebAssembly and one of the host in each cell."""
    lines = ["| host | interface | call into wasm, ns | call of the host, ns |", "|---|---|---|---|"]
    rows = {}
    for (host, what), values in figures.items():
        kind, interface = what.split(", ", 1)
        if host.startswith("wazero"):
            interface = {"values": "Call / WithFunc", "Go function": "Call / WithFunc",
                         "stack": "CallWithStack / GoFunc"}[interface]
        rows.setdefault((host, interface), {})[kind] = statistics.median(values)
    for (host, interface), row in rows.items():
        cells = [f"{row[k]:.1f}" if k in row else "-" for k in ("call", "host call")]
        lines.append(f"| {host} | {interface} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "release"), help="a release build of nacre")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", help="also write every figure there")
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    out = os.path.join(build, "bench-calls")
    os.makedirs(out, exist_ok=True)
    module = os.path.join(out, "calls.wasm")
    run(os.path.join(build, "cli", "nacre"), "wat2wasm", os.path.join(HERE, "calls.wat"), "-o", module)
    programs, versions = [], {}
    for make in (nacre, wasmtime, wazero):
        try:
            programs.append(make(build, out, module))
        except (OSError, subprocess.CalledProcessError) as error:
            if make is nacre:
                sys.exit(getattr(error, "stderr", None) or str(error))
            print(f"left out: {make.__name__}: {getattr(error, 'stderr', None) or error}", file=sys.stderr)
        else:
            if make is wasmtime:
                versions["wasmtime"] = WASMTIME
    figures = {}
    for n in range(args.rounds):
        for program in programs:
            for line in run(*program).splitlines():
                host, what, value = line.split("\t")
                if host == "version":
                    versions[what] = value
                else:
                    figures.setdefault((host, what), []).append(float(value))
        print(f"round {n + 1} of {args.rounds}", file=sys.stderr)
    if args.json:
        with open(args.json, "w") as f:
            json.dump([{"host": h, "what": w, "ns": v} for (h, w), v in figures.items()], f, indent=1)
    print(machine())
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print(f"median of {args.rounds} interleaved rounds\n")
    print(table(figures))


if __name__ == "__main__":
    main()
