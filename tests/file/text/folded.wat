;;! wasm2wat {}
;;! wast --roundtrip {}
;; Folded instructions of any depth are printed flat, operands first.
(module
  (func (param i32) (result i32)
    (i32.add
      (i32.mul (local.get 0) (block (result i32) (i32.const 2)))
      (if (result i32) (i32.eqz (local.get 0))
        (then (i32.const 3))
        (else (loop (result i32) (i32.const 4)))))))
;;= (module
;;=   (type (;0;) (func (param i32) (result i32)))
;;=   (func (;0;) (type 0) (param i32) (result i32)
;;=     local.get 0
;;=     block (;@1;) (result i32)
;;=       i32.const 2
;;=     end
;;=     i32.mul
;;=     local.get 0
;;=     i32.eqz
;;=     if (;@1;) (result i32)
;;=       i32.const 3
;;=     else
;;=       loop (;@2;) (result i32)
;;=         i32.const 4
;;=       end
;;=     end
;;=     i32.add))
;;= 1 passed, 0 failed
