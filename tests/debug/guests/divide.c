// SPDX-License-Identifier: Apache-2.0
//
// A division by zero inside a function inlined into one that is inlined itself.
static inline __attribute__((always_inline)) int quotient(int a, int b) {
  return a / b;
}

static inline __attribute__((always_inline)) int average(const int *values, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += values[i];
  return quotient(sum, n);
}

static int values[4] = {1, 2, 3, 4};

__attribute__((noinline)) int report(int n) {
	return average(values, n) + 1;  // indented by a tab
}

__attribute__((export_name("run"))) int run(int n) {
  int before = report(4);
  return before + report(n);
}
