;;! wasm2wat {}
;;! wast --roundtrip {}
;; Equal groups keep their own indices. A group of one is printed without (rec), an empty one not at all.
(module
  (rec (type $list (sub (struct (field $tail (ref null $list)) (field $value i32)))))
  (rec)
  (rec (type $even (struct (field (ref null $odd))))
       (type $odd (struct (field (ref null $even)))))
  (rec (type (struct (field (ref null $odd2)))) (type $odd2 (struct (field (ref null 3)))))
  (type $child (sub final $list (struct (field (ref null $list)) (field i32) (field $more f32))))
  (type $open (sub (func (param (ref null $child)))))
  (type $closed (sub final (array i8)))
  (type $under (sub $open (func (param (ref null $list))))))
;;= (module
;;=   (type $list (sub (struct (field $tail (ref null $list)) (field $value i32))))
;;=   (rec
;;=     (type $even (struct (field (ref null $odd))))
;;=     (type $odd (struct (field (ref null $even)))))
;;=   (rec
;;=     (type (;3;) (struct (field (ref null $odd2))))
;;=     (type $odd2 (struct (field (ref null 3)))))
;;=   (type $child (sub final $list (struct (field (ref null $list)) (field i32) (field $more f32))))
;;=   (type $open (sub (func (param (ref null $child)))))
;;=   (type $closed (array i8))
;;=   (type $under (sub $open (func (param (ref null $list))))))
;;= 1 passed, 0 failed
