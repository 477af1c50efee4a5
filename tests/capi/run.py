#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a C test program and compares what it prints: run.py PROGRAM SOURCE.

The expected output ends SOURCE, in a comment that begins with "/* output:", "/* output, N times:"
or, when the order of lines does not matter, "/* unordered: REASON" and "* output:".
NACRE_BLESS=1 writes it.
"""
import difflib, os, re, subprocess, sys

program, source = sys.argv[1:3]
text = open(source).read()
match = re.search(r"/\*( unordered:[^\n]*\n \*)? output(?:, (\d+) times)?:\n(.*)\*/\n\Z", text, re.S)
if not match:
    sys.exit(f"{source}: no expected output at its end")
times = int(match.group(2) or 1)
expected = match.group(3).splitlines() * times
run = subprocess.run([program], stdout=subprocess.PIPE, timeout=300)
actual = run.stdout.decode().splitlines()
if run.returncode != 0:
    print("\n".join(actual))
    sys.exit(f"{program}: exit status {run.returncode}")
if os.environ.get("NACRE_BLESS"):
    start, end = match.span(3)
    once = actual[: len(actual) // times]
    if once * times != actual:
        sys.exit(f"{source}: the output is not {times} times the same")
    open(source, "w").write(text[:start] + "".join(line + "\n" for line in once) + text[end:])
    sys.exit()
same = sorted(actual) == sorted(expected) if match.group(1) else actual == expected
if not same:
    print("\n".join(difflib.unified_diff(expected, actual, "expected", "actual", lineterm="")))
    sys.exit(1)
