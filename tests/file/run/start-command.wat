;;! run {}
;; A command that returns is a success without output.
(module (func (export "_start")))
