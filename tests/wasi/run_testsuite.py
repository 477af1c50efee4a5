#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the preview 1 programs of the official WASI test suite.

    run_testsuite.py NACRE CHECKOUT [--filter TEXT] [--engine E] [--option=OPTION ...] [-v]

CHECKOUT is a checkout of the suite with its compiled programs (branch prod/testsuite-base). Each
program runs with the arguments, environment, directory and expectations of the JSON file beside
it, on a fresh copy of its directory. The last line is "N passed, N failed"; the status is 0 when
nothing failed.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

TIMEOUT_SECONDS = 60
DEFAULTS = {"args": [], "env": {}, "root": None, "exit_code": 0, "stdout": None, "stderr": None}


def find_programs(checkout):
    for language in ("assemblyscript", "c", "rust"):
        top = os.path.join(checkout, "tests", language, "testsuite", "wasm32-wasip1")
        if not os.path.isdir(top):
            sys.exit(f"{top} is missing: not a checkout with compiled programs")
        for name in sorted(os.listdir(top)):
            if name.endswith(".wasm"):
                yield language, os.path.join(top, name)


def load_spec(program):
    spec = dict(DEFAULTS)
    path = program[: -len(".wasm")] + ".json"
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            given = json.load(f)
        for operation in given.pop("operations", []):
            kind = operation["type"]
            if kind == "run":
                given.update({k: operation[k] for k in ("args", "env", "root") if k in operation})
            elif kind == "wait":
                given["exit_code"] = operation.get("exit_code", 0)
            elif kind == "read":
                given[operation.get("id", "stdout")] = operation.get("payload", "")
            else:
                sys.exit(f"{path}: operation {kind} is not a preview 1 one")
        spec.update(given)
    return spec


def run(nacre, options, program, spec, scratch):
    command = [nacre, "run", *options]
    for name, value in spec["env"].items():
        command += ["--env", f"{name}={value}"]
    if spec["root"] is not None:
        root = os.path.join(scratch, "root")
        shutil.copytree(os.path.join(os.path.dirname(program), spec["root"]), root)
        for folder, _, files in os.walk(root):
            for name in files:
                if name.endswith(".cleanup"):
                    os.remove(os.path.join(folder, name))
        command += ["--dir", f"{root}::/"]
    command += [program, *spec["args"]]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f"no end after {TIMEOUT_SECONDS} s"
    problems = []
    if done.returncode != spec["exit_code"]:
        problems.append(f"exit code {done.returncode}, expected {spec['exit_code']}")
    for stream in ("stdout", "stderr"):
        got = getattr(done, stream).decode("utf-8", "replace")
        if spec[stream] is not None and got != spec[stream]:
            problems.append(f"{stream} is {got!r}, expected {spec[stream]!r}")
    if problems:
        problems.append(done.stderr.decode("utf-8", "replace").strip())
    return "\n    ".join(p for p in problems if p)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nacre")
    parser.add_argument("checkout")
    parser.add_argument("--filter", default="", help="only programs whose name contains this")
    parser.add_argument("--engine", help="of nacre run")
    parser.add_argument("--option", action="append", default=[], help="passed on to nacre run")
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args()
    if args.engine:
        args.option.append(f"--engine={args.engine}")
    passed = failed = 0
    for language, program in find_programs(args.checkout):
        name = f"{language}/{os.path.basename(program)[:-5]}"
        if args.filter not in name:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            problem = run(args.nacre, args.option, program, load_spec(program), scratch)
        if problem:
            failed += 1
            print(f"FAIL {name}\n    {problem}")
        else:
            passed += 1
            if args.verbose:
                print(f"pass {name}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
