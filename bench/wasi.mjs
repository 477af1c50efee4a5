// SPDX-License-Identifier: Apache-2.0
//
// node bench/wasi.mjs FILE.wasm [ARGS...]: a WASI program on V8, for bench/compare.py.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [file, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [file, ...args], returnOnExit: true });
const { instance } = await WebAssembly.instantiate(readFileSync(file), wasi.getImportObject());
process.exitCode = wasi.start(instance);
