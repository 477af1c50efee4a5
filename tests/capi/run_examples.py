#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds and runs the C examples of the wasm-c-api proposal against nacre.

  run_examples.py --checkout DIR --include DIR --library FILE [--cc CC] [--cflags ...] [--libs ...]

DIR is a checkout of the proposal's repository; its header is not used, ours is. An example's binary
that is no WebAssembly of today (hostref's null references are older) is made again from its text,
in which what has been renamed since is replaced.
"""
import argparse, pathlib, subprocess, sys, tempfile

parser = argparse.ArgumentParser()
parser.add_argument("--checkout", required=True, type=pathlib.Path)
parser.add_argument("--include", required=True)
parser.add_argument("--library", required=True)
parser.add_argument("--cc", default="cc")
parser.add_argument("--cflags", default="-std=gnu11 -w")
parser.add_argument("--libs", default="-lstdc++ -lm -pthread")
parser.add_argument("--verbose", action="store_true")
args = parser.parse_args()

RENAMED = {"(ref.null)": "(ref.null extern)", "anyfunc": "funcref"}
ASSEMBLER = r"""
#include <nacre.h>
#include <stdio.h>
int main(int argc, char** argv) {  // IN.wasm IN.wat OUT.wasm: the binary if valid, else the text's
  static char data[1 << 20];
  wasm_engine_t* engine = wasm_engine_new();
  for (int i = 1; i <= 2; ++i) {
    FILE* f = fopen(argv[i], "rb");
    if (!f) continue;
    size_t size = fread(data, 1, sizeof data, f);
    fclose(f);
    wasm_byte_vec_t binary = {size, data};
    nacre_error_t* error = i == 1 ? NULL : nacre_wat2wasm(data, size, &binary);
    if (!error) error = nacre_module_validate(engine, binary.data, binary.size);
    if (error) {
      if (i == 2) fprintf(stderr, "%s\n", nacre_error_message(error));
      nacre_error_delete(error);
      continue;
    }
    f = fopen(argv[3], "wb");
    fwrite(binary.data, 1, binary.size, f);
    fclose(f);
    return 0;
  }
  return argc < 0;
}
"""


def build(source, output):
    command = [args.cc, *args.cflags.split(), "-I", args.include, str(source), "-o", str(output),
               args.library, *args.libs.split()]
    subprocess.run(command, check=True)


examples = sorted((args.checkout / "example").glob("*.c"))
if not examples:
    sys.exit(f"{args.checkout}: no examples")
failed = 0
with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    (work / "assemble.c").write_text(ASSEMBLER)
    build(work / "assemble.c", work / "assemble")
    for source in examples:
        text = source.with_suffix(".wat").read_text()
        for old, new in RENAMED.items():
            text = text.replace(old, new)
        (work / "in.wat").write_text(text)
        binary = work / (source.stem + ".wasm")
        subprocess.run([str(work / "assemble"), str(source.with_suffix(".wasm")),
                        str(work / "in.wat"), str(binary)], check=True)
        program = work / source.stem
        build(source, program)
        run = subprocess.run([str(program)], cwd=work, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, timeout=300)
        output = run.stdout.decode(errors="replace")
        # Failing, an example says "Error"; some of them end with status 0 nevertheless.
        good = run.returncode == 0 and "Error" not in output
        failed += not good
        print(f"{'pass' if good else 'FAIL'} {source.stem}")
        if not good or args.verbose:
            print(output)
print(f"{len(examples)} examples, {failed} failed")
sys.exit(failed != 0)
