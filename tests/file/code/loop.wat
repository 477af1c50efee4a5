;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; Locals in registers, one comparison a round.
(module
  (memory 1)
  (func $sum (param $p i32) (param $end i32) (result i32) (local $s i32)
    (loop $next
      (local.set $s (i32.add (local.get $s) (i32.load (local.get $p))))
      (br_if $next (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 4))) (local.get $end))))
    (local.get $s)))
;;= func[0] sum: 66 bytes at 0x4, frame 24, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x18
;;=      c  mov DWORD PTR [rbp-0x8],eax
;;=      f  mov DWORD PTR [rbp-0x18],edx
;;=     12  xor ebx,ebx
;;=     14  mov DWORD PTR [rbp-0x10],ebx
;;=     17  mov ebx,DWORD PTR [rbp-0x8]
;;=     1a  mov esi,DWORD PTR [rbp-0x10]
;;=     1d  mov edi,DWORD PTR [rbp-0x18]
;;=     20  mov r8,QWORD PTR [r15]
;;=     23  nop WORD PTR [rax+rax*1+0x0]
;;=     2c  add esi,DWORD PTR [r8+rbx*1]             ; @0x27 i32.load
;;=     30  add ebx,0x4
;;=     33  cmp ebx,edi
;;=     35  jb 2c
;;=     37  mov DWORD PTR [rbp-0x8],ebx
;;=     3a  mov DWORD PTR [rbp-0x10],esi
;;=     3d  mov eax,DWORD PTR [rbp-0x10]
;;=     40  leave
;;=     41  ret
