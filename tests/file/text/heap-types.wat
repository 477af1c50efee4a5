;;! wasm2wat {}
;;! wast --roundtrip {}
;; All abstract heap types, nullable with their shorthand and not.
(module
  (type $t (func))
  (func (param funcref externref anyref eqref i31ref structref arrayref exnref))
  (func (param nullref nullfuncref nullexternref nullexnref))
  (func (param (ref func) (ref extern) (ref any) (ref eq) (ref i31) (ref struct) (ref array) (ref exn)))
  (func (param (ref none) (ref nofunc) (ref noextern) (ref noexn) (ref null any) (ref null $t) (ref $t))))
;;= (module
;;=   (type $t (func))
;;=   (type (;1;) (func (param funcref externref anyref eqref i31ref structref arrayref exnref)))
;;=   (type (;2;) (func (param nullref nullfuncref nullexternref nullexnref)))
;;=   (type (;3;) (func (param (ref func) (ref extern) (ref any) (ref eq) (ref i31) (ref struct) (ref array) (ref exn))))
;;=   (type (;4;) (func (param (ref none) (ref nofunc) (ref noextern) (ref noexn) anyref (ref null $t) (ref $t))))
;;=   (func (;0;) (type 1) (param funcref externref anyref eqref i31ref structref arrayref exnref))
;;=   (func (;1;) (type 2) (param nullref nullfuncref nullexternref nullexnref))
;;=   (func (;2;) (type 3) (param (ref func) (ref extern) (ref any) (ref eq) (ref i31) (ref struct) (ref array) (ref exn)))
;;=   (func (;3;) (type 4) (param (ref none) (ref nofunc) (ref noextern) (ref noexn) anyref (ref null $t) (ref $t))))
;;= 1 passed, 0 failed
