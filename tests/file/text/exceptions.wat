;;! wasm2wat {}
;;! wast --roundtrip {}
(module
  (tag $e (param i32))
  (tag $none)
  (func $f (result i32)
    (block $h (result i32)
      (block $r (result i32 exnref)
        (block $all
          (block $allref (result exnref)
            (try_table (result i32)
                (catch $e $h) (catch_ref $e $r) (catch_all $all) (catch_all_ref $allref)
              (throw $e (i32.const 1)))
            br $h)
          throw_ref)
        (return (i32.const 2)))
      drop))
  (func (try_table (throw $none)))
  (func (try_table $l (br $l))))
;;= (module
;;=   (type (;0;) (func (param i32)))
;;=   (type (;1;) (func))
;;=   (type (;2;) (func (result i32)))
;;=   (type (;3;) (func (result i32 exnref)))
;;=   (tag $e (type 0) (param i32))
;;=   (tag $none (type 1))
;;=   (func $f (type 2) (result i32)
;;=     block $"h" (;@1;) (result i32)
;;=       block $"r" (;@2;) (type 3) (result i32 exnref)
;;=         block $"all" (;@3;)
;;=           block $"allref" (;@4;) (result exnref)
;;=             try_table (;@5;) (result i32) (catch $e 3 (;@1;)) (catch_ref $e 2 (;@2;)) (catch_all 1 (;@3;)) (catch_all_ref 0 (;@4;))
;;=               i32.const 1
;;=               throw $e
;;=             end
;;=             br 3 (;@1;)
;;=           end
;;=           throw_ref
;;=         end
;;=         i32.const 2
;;=         return
;;=       end
;;=       drop
;;=     end)
;;=   (func (;1;) (type 1)
;;=     try_table (;@1;)
;;=       throw $none
;;=     end)
;;=   (func (;2;) (type 1)
;;=     try_table $"l" (;@1;)
;;=       br 0 (;@1;)
;;=     end))
;;= 1 passed, 0 failed
