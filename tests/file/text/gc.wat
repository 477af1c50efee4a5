;;! wasm2wat {}
;;! wast --roundtrip {}
(module
  (type $s (sub (struct (field $a i8) (field $b (mut i64)))))
  (type $t (sub $s (struct (field i8) (field $c (mut i64)) (field $d (ref null $s)))))
  (type $bytes (array (mut i8)))
  (type $refs (array (mut anyref)))
  (data $d "abcd")
  (elem $e anyref (ref.null any))
  (func (param $s (ref null $s)) (param $x anyref) (param $y (ref $bytes)) (param $r (ref $refs))
    (drop (struct.get_s $s $a (local.get $s)))
    (drop (struct.get_u $t 0 (struct.new_default $t)))
    (struct.set $s $b (local.get $s) (struct.get $t $c (struct.new_default $t)))
    (drop (struct.new $s (i32.const 1) (i64.const 2)))
    (drop (array.new $bytes (i32.const 0) (i32.const 8)))
    (drop (array.new_fixed $refs 1 (local.get $x)))
    (drop (array.new_data $bytes $d (i32.const 0) (i32.const 1)))
    (drop (array.new_elem $refs $e (i32.const 0) (i32.const 1)))
    (drop (array.get_u $bytes (local.get $y) (i32.const 0)))
    (array.set $bytes (local.get $y) (i32.const 0) (array.get_s $bytes (local.get $y) (array.len (local.get $y))))
    (array.fill $bytes (local.get $y) (i32.const 0) (i32.const 0) (i32.const 0))
    (array.copy $refs $refs (local.get $r) (i32.const 0) (local.get $r) (i32.const 0) (i32.const 0))
    (array.init_data $bytes $d (local.get $y) (i32.const 0) (i32.const 0) (i32.const 0))
    (array.init_elem $refs $e (local.get $r) (i32.const 0) (i32.const 0) (i32.const 0))
    (drop (ref.test (ref $t) (local.get $x)))
    (drop (ref.cast (ref null i31) (local.get $x)))
    (drop (i31.get_s (ref.i31 (i32.const 1))))
    (drop (ref.eq (local.get $s) (ref.null none)))
    (drop (block $l (result (ref $t)) (drop (br_on_cast $l anyref (ref $t) (local.get $x))) unreachable))
    (drop (block $l (result anyref) (br_on_cast_fail $l anyref (ref null struct) (local.get $x))))
    (drop (any.convert_extern (extern.convert_any (local.get $x))))))
;;= (module
;;=   (type $s (sub (struct (field $a i8) (field $b (mut i64)))))
;;=   (type $t (sub $s (struct (field i8) (field $c (mut i64)) (field $d (ref null $s)))))
;;=   (type $bytes (array (mut i8)))
;;=   (type $refs (array (mut anyref)))
;;=   (type (;4;) (func (param (ref null $s) anyref (ref $bytes) (ref $refs))))
;;=   (elem $e anyref (ref.null any))
;;=   (func (;0;) (type 4) (param $s (ref null $s)) (param $x anyref) (param $y (ref $bytes)) (param $r (ref $refs))
;;=     local.get $s
;;=     struct.get_s $s 0
;;=     drop
;;=     struct.new_default $t
;;=     struct.get_u $t 0
;;=     drop
;;=     local.get $s
;;=     struct.new_default $t
;;=     struct.get $t 1
;;=     struct.set $s 1
;;=     i32.const 1
;;=     i64.const 2
;;=     struct.new $s
;;=     drop
;;=     i32.const 0
;;=     i32.const 8
;;=     array.new $bytes
;;=     drop
;;=     local.get $x
;;=     array.new_fixed $refs 1
;;=     drop
;;=     i32.const 0
;;=     i32.const 1
;;=     array.new_data $bytes $d
;;=     drop
;;=     i32.const 0
;;=     i32.const 1
;;=     array.new_elem $refs $e
;;=     drop
;;=     local.get $y
;;=     i32.const 0
;;=     array.get_u $bytes
;;=     drop
;;=     local.get $y
;;=     i32.const 0
;;=     local.get $y
;;=     local.get $y
;;=     array.len
;;=     array.get_s $bytes
;;=     array.set $bytes
;;=     local.get $y
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     array.fill $bytes
;;=     local.get $r
;;=     i32.const 0
;;=     local.get $r
;;=     i32.const 0
;;=     i32.const 0
;;=     array.copy $refs $refs
;;=     local.get $y
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     array.init_data $bytes $d
;;=     local.get $r
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     array.init_elem $refs $e
;;=     local.get $x
;;=     ref.test (ref $t)
;;=     drop
;;=     local.get $x
;;=     ref.cast (ref null i31)
;;=     drop
;;=     i32.const 1
;;=     ref.i31
;;=     i31.get_s
;;=     drop
;;=     local.get $s
;;=     ref.null none
;;=     ref.eq
;;=     drop
;;=     block $"l" (;@1;) (result (ref $t))
;;=       local.get $x
;;=       br_on_cast 0 (;@1;) (ref null any) (ref $t)
;;=       drop
;;=       unreachable
;;=     end
;;=     drop
;;=     block $"l" (;@1;) (result anyref)
;;=       local.get $x
;;=       br_on_cast_fail 0 (;@1;) (ref null any) (ref null struct)
;;=     end
;;=     drop
;;=     local.get $x
;;=     extern.convert_any
;;=     any.convert_extern
;;=     drop)
;;=   (data $d "abcd"))
;;= 1 passed, 0 failed
