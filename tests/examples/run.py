#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds an example's guests, runs it on each engine and compares everything it prints.

  run.py EXAMPLE --program PATH --work DIR [--engines automatic interpreter]

The commands are those the comment at the head of examples/EXAMPLE/main.cpp shows, so what a reader
copies is what is tested: lines indented by three spaces, run in a copy of the folder in DIR, with
`example_EXAMPLE` standing for PATH. Its standard output must be expected_output.txt, its standard
error empty and its exit status 0. NACRE_BLESS=1 writes expected_output.txt. Exits with 77 and says
why when a tool is missing.
"""
import argparse, difflib, os, pathlib, re, shlex, shutil, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = {"clang-19": "clang-19", "sh": "clang-19"}  # first word of a command: what it needs


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def commands(source):
    head = source.read_text().split("#include", 1)[0]
    return re.findall(r"^//   (\S.*)$", head, re.M)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("example")
    ap.add_argument("--program", required=True)
    ap.add_argument("--work", required=True)
    ap.add_argument("--engines", nargs="+", default=["automatic"])
    args = ap.parse_args()
    folder = ROOT / "examples" / args.example
    work = pathlib.Path(args.work)
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(folder, work)

    *build, run = commands(folder / "main.cpp")
    words = shlex.split(run)
    if words[0] != f"example_{args.example}":
        sys.exit(f"{folder}/main.cpp: the last command shown is {words[0]}, not the example")
    for command in build:
        tool = TOOLS[shlex.split(command)[0]]
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
        subprocess.run(command, shell=True, check=True, cwd=work)

    expected = folder / "expected_output.txt"
    for engine in args.engines:
        env = {**os.environ, "NACRE_EXAMPLES_ENGINE": engine}
        p = subprocess.run([os.path.abspath(args.program), *words[1:]], cwd=work, env=env, capture_output=True, text=True, timeout=300)
        if os.environ.get("NACRE_BLESS"):
            expected.write_text(p.stdout)
        diff = difflib.unified_diff(expected.read_text().splitlines(), p.stdout.splitlines(), "expected_output.txt", f"engine {engine}", lineterm="")
        for line in diff:
            print(line)
        if p.returncode or p.stderr or p.stdout != expected.read_text():
            sys.exit(f"engine {engine}: exit status {p.returncode}\n{p.stderr}")


main()
