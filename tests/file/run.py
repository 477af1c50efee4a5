#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the golden file tests: run.py --nacre PATH [--engine E] [FILE ...].

A test is one .wat (or .wast) file: its first line `;;! ARGS` is the nacre command line, where {} is the
file itself (several such lines run in turn), and the trailing lines `;;= TEXT` are everything the
commands print, then `;;= exit N` when the status is not 0. NACRE_BLESS=1 rewrites them. A line
`;;? NEED` names what the test cannot do without: `x86-64` or `objdump`, the one of GNU. --engine is
given to every `run` command that names none; compilers do not know every operand of a trap, so these
are not compared then.
"""
import argparse, os, pathlib, platform, re, shlex, shutil, subprocess, sys

here = pathlib.Path(__file__).parent


def gnu_objdump():
    tool = shutil.which("objdump")
    return tool and "GNU" in subprocess.run([tool, "--version"], capture_output=True, text=True).stdout


NEEDS = {"x86-64": lambda: platform.machine() in ("x86_64", "AMD64"), "objdump": gnu_objdump}


def missing(path):
    """What the test needs and is not there."""
    needs = [l[3:].strip() for l in path.read_text().split("\n") if l.startswith(";;?")]
    return [n for n in needs if not NEEDS[n]()]


def run(nacre, engine, path):
    lines = path.read_text().split("\n")
    commands = [l[3:].strip() for l in lines if l.startswith(";;!")]
    got = []
    for c in commands:
        argv = [nacre] + [path.name if a == "{}" else a for a in shlex.split(c)]
        if engine and argv[1] == "run" and "--engine" not in c:
            argv.insert(2, f"--engine={engine}")
        p = subprocess.run(argv, cwd=path.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=120)
        got += p.stdout.decode("utf-8", "replace").splitlines()
        if p.returncode:
            got.append(f"exit {p.returncode}")
    return commands, got


# A guarded access that straddles the end reports the first byte outside, not where it began.
def without_address(line):
    return re.sub(r"^(nacre: trap: out of bounds memory access: \d+ bytes? at) 0x[0-9a-f]+", r"\1", line)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--nacre", required=True)
    ap.add_argument("--engine")
    ap.add_argument("--without", action="append", default=[], help="a NEED that this nacre cannot have, as under Wine")
    ap.add_argument("files", nargs="*")
    args = ap.parse_args()
    nacre = str(pathlib.Path(args.nacre).resolve())
    NEEDS.update({need: lambda: False for need in args.without})
    files = [pathlib.Path(f) for f in args.files] or sorted([*here.rglob("*.wat"), *here.rglob("*.wast")])
    passed = failed = skipped = 0
    for f in files:
        if lacking := missing(f):
            skipped += 1
            print(f"skipped {f.name}: no {', no '.join(lacking)}")
            continue
        commands, got = run(nacre, args.engine, f)
        text = f.read_text()
        expected = [l[4:] for l in text.split("\n") if l.startswith(";;= ") or l == ";;="]
        if args.engine and args.engine != "interp":
            expected, got = [list(map(without_address, lines)) for lines in (expected, got)]
        if commands and expected == [g.rstrip() for g in got]:
            passed += 1
            continue
        if os.environ.get("NACRE_BLESS") and args.engine in (None, "interp"):
            body = [l for l in text.rstrip("\n").split("\n") if not l.startswith(";;=")]
            f.write_text("\n".join(body + [(";;= " + g).rstrip() for g in got]) + "\n")
            print(f"blessed {f.name}")
            passed += 1
            continue
        failed += 1
        print(f"{f}:")
        print("\n".join("  - " + e for e in expected))
        print("\n".join("  + " + g for g in got))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed or not passed else 0)


main()
