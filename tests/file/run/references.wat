;;! run --invoke null {}
;;! run --invoke func {}
;;! run --invoke i31 {} -5
;;! run --invoke struct {}
;;! run --invoke array {} 3
;;! run --invoke exn {}
;;! run --invoke pass {} null
;;! run --invoke pass {} 5
;;! run --invoke strict {} null
(module
  (type $s (struct))
  (type $a (array (mut i8)))
  (tag $e)
  (elem declare func $f)
  (func $f)
  (func (export "null") (result externref) (ref.null extern))
  (func (export "func") (result funcref) (ref.func $f))
  (func (export "i31") (param i32) (result anyref) (ref.i31 (local.get 0)))
  (func (export "struct") (result anyref) (struct.new $s))
  (func (export "array") (param i32) (result (ref array)) (array.new_default $a (local.get 0)))
  (func (export "exn") (result exnref)
    (block $h (result exnref) (try_table (catch_all_ref $h) (throw $e)) unreachable))
  (func (export "pass") (param externref) (result externref) (local.get 0))
  (func (export "strict") (param (ref any))))
;;= null
;;= (func)
;;= (i31 -5)
;;= (struct)
;;= (array 3)
;;= (exn)
;;= null
;;= nacre run: argument 1: expected externref, found '5'
;;= Run `nacre run --help` for more information.
;;= exit 2
;;= nacre run: argument 1: expected (ref any), found 'null'
;;= Run `nacre run --help` for more information.
;;= exit 2
