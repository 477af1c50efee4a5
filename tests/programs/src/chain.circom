// SPDX-License-Identifier: Apache-2.0
// x[i + 1] = x[i]^2 + b, and whether the last one is zero.
pragma circom 2.0.0;

template IsZero() {
  signal input in;
  signal output out;
  signal inverse;
  inverse <-- in != 0 ? 1 / in : 0;
  out <== 1 - in * inverse;
  in * out === 0;
}

template Chain(n) {
  signal input a;
  signal input b[2];
  signal output last;
  signal output zero;
  signal x[n + 1];
  x[0] <== a * b[0];
  for (var i = 0; i < n; i++) x[i + 1] <== x[i] * x[i] + b[1];
  last <== x[n];
  component is_zero = IsZero();
  is_zero.in <== x[n];
  zero <== is_zero.out;
}

component main {public [a]} = Chain(40);
