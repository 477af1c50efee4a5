;;! run --invoke f32 {} 0x1p-149
;;! run --invoke f32 {} inf
;;! run --invoke f32 {} -nan:0x200001
;;! run --invoke f32 {} 1e10
;;! run --invoke f64 {} 0.30000000000000004
;;! run --invoke f64 {} 1e300
;;! run --invoke f64 {} -0
;;! run --invoke f64 {} 123456789012345680000
(module
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0)))
;;= 1e-45
;;= inf
;;= -nan:0x200001
;;= 1e+10
;;= 0.30000000000000004
;;= 1e+300
;;= -0
;;= 123456789012345683968
