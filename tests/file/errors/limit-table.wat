;;! run --invoke f {}
(module (table 4294967295 funcref) (func (export "f")))
;;= nacre: limit-table.wat: table size exceeds the store's limit
;;= exit 1
