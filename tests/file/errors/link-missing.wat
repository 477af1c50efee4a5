;;! run --invoke f {}
;; All of what is missing is said at once.
(module
  (import "env" "f" (func (param i32 externref) (result f64)))
  (import "env" "mem" (memory i64 1 2))
  (import "env" "table" (table 1 (ref null func)))
  (import "env" "tag" (tag (param i32)))
  (import "x" "\1b[31m" (global (mut v128)))
  (func (export "f")))
;;= nacre: link-missing.wat: unknown import "env"."f" (func (param i32 externref) (result f64)), "env"."mem" (memory i64 1 2), "env"."table" (table 1 funcref), "env"."tag" (tag (param i32)), "x"."\1b[31m" (global (mut v128))
;;= exit 1
