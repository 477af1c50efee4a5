;;! wasm2wat {}
;;! wast --roundtrip {}
;;! inspect --sections {}
;; (@metadata.code.branch_hint) becomes a custom section before the code, and is printed where it belongs.
(module
  (func $f (param i32)
    i32.const 0
    (@metadata.code.branch_hint "\00") if
    end)
  (func (param i32)
    (block $b
      (@metadata.code.branch_hint "\01") (br_if $b (local.get 0)))
    (@metadata.code.branch_hint "\00") (if (local.get 0) (then nop))))
;;= (module
;;=   (type (;0;) (func (param i32)))
;;=   (func $f (type 0) (param i32)
;;=     i32.const 0
;;=     (@metadata.code.branch_hint "\00") if (;@1;)
;;=     end)
;;=   (func (;1;) (type 0) (param i32)
;;=     block $"b" (;@1;)
;;=       local.get 0
;;=       (@metadata.code.branch_hint "\01") br_if 0 (;@1;)
;;=     end
;;=     local.get 0
;;=     (@metadata.code.branch_hint "\00") if (;@1;)
;;=       nop
;;=     end))
;;= 1 passed, 0 failed
;;= sections:
;;=   0x00000008          5 bytes  type (1)
;;=   0x0000000f          3 bytes  function (2)
;;=   0x00000014         40 bytes  custom "metadata.code.branch_hint"
;;=   0x0000003e         25 bytes  code (2)
;;=   0x00000059         19 bytes  custom "name"
