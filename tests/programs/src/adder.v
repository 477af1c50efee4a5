// SPDX-License-Identifier: Apache-2.0
module adder #(parameter N = 4) (input [N-1:0] a, input [N-1:0] b, input c, output [N:0] s);
  assign s = a + b + c;
endmodule
