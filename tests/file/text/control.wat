;;! wasm2wat {}
;;! wast --roundtrip {}
;; Blocks with every kind of block type, labels named, shadowed and numbered.
(module
  (type $two (func (param i32 i32) (result i32 i32)))
  (func $f (param i32) (result i32)
    block $out (result i32)
      loop $again
        local.get 0
        br_if $again
        block
          br 0
          br 2
        end
        (br_table $again 0 $again (i32.const 0))
      end
      unreachable
    end)
  (func (param i32 i32) (result i32 i32)
    local.get 0
    local.get 1
    loop (type $two)
      block $x (param i32 i32) (result i32 i32)
        block $x (type $two)
          br $x
        end
      end
    end)
  (func (param i32) (result f32)
    (if (result f32) (local.get 0)
      (then (f32.const 1))
      (else (if $inner (i32.const 0) (then (br $inner))) (f32.const 2))))
  (func (if (i32.const 1) (then)))
  (func (if (i32.const 1) (then nop) (else)))
  (func (result i32) (select (i32.const 1) (i32.const 2) (i32.const 0)))
  (func (result externref)
    (select (result externref) (ref.null extern) (ref.null extern) (i32.const 0)))
  (func return unreachable))
;;= (module
;;=   (type $two (func (param i32 i32) (result i32 i32)))
;;=   (type (;1;) (func (param i32) (result i32)))
;;=   (type (;2;) (func (param i32) (result f32)))
;;=   (type (;3;) (func))
;;=   (type (;4;) (func (result i32)))
;;=   (type (;5;) (func (result externref)))
;;=   (func $f (type 1) (param i32) (result i32)
;;=     block $"out" (;@1;) (result i32)
;;=       loop $"again" (;@2;)
;;=         local.get 0
;;=         br_if 0 (;@2;)
;;=         block (;@3;)
;;=           br 0 (;@3;)
;;=           br 2 (;@1;)
;;=         end
;;=         i32.const 0
;;=         br_table 0 (;@2;) 0 (;@2;) 0 (;@2;)
;;=       end
;;=       unreachable
;;=     end)
;;=   (func (;1;) (type $two) (param i32 i32) (result i32 i32)
;;=     local.get 0
;;=     local.get 1
;;=     loop (;@1;) (type $two) (param i32 i32) (result i32 i32)
;;=       block $"x" (;@2;) (type $two) (param i32 i32) (result i32 i32)
;;=         block $"x" (;@3;) (type $two) (param i32 i32) (result i32 i32)
;;=           br 0 (;@3;)
;;=         end
;;=       end
;;=     end)
;;=   (func (;2;) (type 2) (param i32) (result f32)
;;=     local.get 0
;;=     if (;@1;) (result f32)
;;=       f32.const 1
;;=     else
;;=       i32.const 0
;;=       if $"inner" (;@2;)
;;=         br 0 (;@2;)
;;=       end
;;=       f32.const 2
;;=     end)
;;=   (func (;3;) (type 3)
;;=     i32.const 1
;;=     if (;@1;)
;;=     end)
;;=   (func (;4;) (type 3)
;;=     i32.const 1
;;=     if (;@1;)
;;=       nop
;;=     else
;;=     end)
;;=   (func (;5;) (type 4) (result i32)
;;=     i32.const 1
;;=     i32.const 2
;;=     i32.const 0
;;=     select)
;;=   (func (;6;) (type 5) (result externref)
;;=     ref.null extern
;;=     ref.null extern
;;=     i32.const 0
;;=     select (result externref))
;;=   (func (;7;) (type 3)
;;=     return
;;=     unreachable))
;;= 1 passed, 0 failed
