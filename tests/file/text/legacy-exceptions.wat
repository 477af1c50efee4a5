;;! wasm2wat {}
;;! wast --roundtrip {}
;; The encoding of the phase-3 proposal, folded and flat.
(module
  (tag $e (param i32))
  (tag $n)
  (func (result i32)
    (try $t (result i32)
      (do (i32.const 0))
      (catch $e)
      (catch $n (rethrow $t))
      (catch_all (i32.const 1))))
  (func
    try
      nop
    delegate 0
    try $outer
      try $inner
        throw $n
      delegate $outer
    catch_all
    end))
;;= (module
;;=   (type (;0;) (func (param i32)))
;;=   (type (;1;) (func))
;;=   (type (;2;) (func (result i32)))
;;=   (tag $e (type 0) (param i32))
;;=   (tag $n (type 1))
;;=   (func (;0;) (type 2) (result i32)
;;=     try $"t" (;@1;) (result i32)
;;=       i32.const 0
;;=     catch $e
;;=     catch $n
;;=       rethrow 0 (;@1;)
;;=     catch_all
;;=       i32.const 1
;;=     end)
;;=   (func (;1;) (type 1)
;;=     try (;@1;)
;;=       nop
;;=     delegate 0 (;@0;)
;;=     try $"outer" (;@1;)
;;=       try $"inner" (;@2;)
;;=         throw $n
;;=       delegate 0 (;@1;)
;;=     catch_all
;;=     end))
;;= 1 passed, 0 failed
