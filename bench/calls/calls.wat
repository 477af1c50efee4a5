;; SPDX-License-Identifier: Apache-2.0
;;
;; What every host of this folder runs: `add` is called from the host; `host` calls the host's
;; function `n` times, and `empty` does everything `host` does but the call.
(module
  (import "env" "add" (func $add (param i32 i32) (result i32)))
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "host") (param $n i32) (result i32) (local $sum i32)
    (loop $more
      (local.set $sum (call $add (local.get $sum) (local.get $n)))
      (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "empty") (param $n i32) (result i32) (local $sum i32)
    (loop $more
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
