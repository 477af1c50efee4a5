#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the sources named in compile_commands.json; any finding fails.

    tools/tidy.py [--jobs N] [--build build/clang] [--again] [path...]

A path (a folder or a file; by default src, cli, examples and tests) chooses the files below it. A file without
findings leaves a stamp in build/tidy: a hash of everything its result depends on, which is the compile command,
the tool's version, every .clang-tidy, and the contents of the file and of each header of this tree it includes.
The next run skips it as long as that hash is the same; --again skips nothing. System headers are trusted to
change only along with the tool: delete build/tidy after updating them.
"""
import argparse
import collections
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
STAMPS = ROOT / "build" / "tidy"
FINDING = re.compile(r"^(/\S+?):(\d+):\d+: (?:warning|error): .*?\[([\w.,-]+)\]$", re.MULTILINE | re.DOTALL)


def light(path):
    """Tests and examples show and assert: the path-sensitive analysis and speed are for code others run. They also sign-extend
    bytes, write long literals in lines and measure pointers on purpose."""
    left_out = ("-clang-analyzer-*,-performance-*,-bugprone-signed-char-misuse,-bugprone-suspicious-missing-comma,"
                "-bugprone-sizeof-expression")
    is_test = path.parts[0] in ("tests", "examples") or path.stem.endswith("_test")
    return [f"--checks={left_out}"] if is_test else []


@functools.lru_cache(maxsize=None)
def content_hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"


@functools.lru_cache(maxsize=None)
def settings():
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.clang-tidy"], cwd=ROOT, capture_output=True,
                            text=True, check=True).stdout.split()
    return version + "".join(f"{name} {content_hash(ROOT / name)}\n" for name in listed)


def stamp_text(path, command, inputs):
    lines = [settings(), command, *light(path), *(f"{i} {content_hash(ROOT / i)}" for i in inputs)]
    return "\n".join(lines) + "\n"


def inputs_of(entry):
    """The source file and the headers of this tree it includes, relative to the root."""
    command = shlex.split(entry["command"])
    at = command.index("-o")
    command[at:at + 2] = ["-MM", "-MT", "inputs"]
    command.remove("-c")
    rule = subprocess.run(command, cwd=entry["directory"], capture_output=True, text=True)
    names = rule.stdout.replace("\\\n", " ").split()[1:]
    paths = {pathlib.Path(os.path.normpath(os.path.join(entry["directory"], name))) for name in names}
    return sorted(str(p.relative_to(ROOT)) for p in paths if p.is_relative_to(ROOT))


def stamp_of(path):
    return STAMPS / (str(path).replace("/", "+") + ".stamp")


def is_clean(path, entry):
    """Whether the last clean run of this file saw the same inputs as there are now."""
    stamp = stamp_of(path)
    if not stamp.is_file():
        return False
    inputs, _, text = stamp.read_text().partition("\n")
    return text == stamp_text(path, entry["command"], inputs.split())


def tidy(path, entry, build):
    inputs = inputs_of(entry)
    text = stamp_text(path, entry["command"], inputs)  # before the run: an edit during it is seen by the next
    run = subprocess.run(["clang-tidy", "-p", build, "--quiet", *light(path), str(path)], cwd=ROOT,
                         capture_output=True, text=True)
    if run.returncode == 0 and not FINDING.search(run.stdout) and inputs:
        stamp_of(path).write_text(" ".join(inputs) + "\n" + text)
        return ""
    return run.stdout or run.stderr or f"{path}: clang-tidy failed\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=int(os.environ.get("NACRE_JOBS", os.cpu_count() or 1)))
    parser.add_argument("--build", default="build/clang")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("paths", nargs="*", default=["src", "cli", "examples", "tests"])
    arguments = parser.parse_args()
    STAMPS.mkdir(parents=True, exist_ok=True)
    wanted = [pathlib.Path(os.path.normpath(p)) for p in arguments.paths]
    work = {}
    for entry in json.loads((ROOT / arguments.build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        if not file.is_relative_to(ROOT) or file.suffix != ".cpp":
            continue
        path = file.relative_to(ROOT)
        if path.parts[0] != "build" and any(w == path or w in path.parents for w in wanted):
            work.setdefault(path, entry)
    todo = {p: e for p, e in work.items() if arguments.again or not is_clean(p, e)}
    print(f"clang-tidy: {len(work)} files, {len(work) - len(todo)} unchanged since they were found clean", flush=True)
    found = collections.defaultdict(set)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = {pool.submit(tidy, p, e, arguments.build): p for p, e in todo.items()}
        for run in concurrent.futures.as_completed(runs):
            output = run.result()
            if not output:
                continue
            failed += 1
            print(output, end="", flush=True)
            for file, line, check in FINDING.findall(output):
                found[check.replace(",-warnings-as-errors", "")].add((file, line))
    for check, places in sorted(found.items(), key=lambda item: -len(item[1])):
        print(f"{len(places):5} {check}")
    print(f"clang-tidy: {failed} of {len(todo)} files with findings" if failed else "clang-tidy: clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
