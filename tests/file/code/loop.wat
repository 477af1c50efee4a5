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
;;= func[0] sum: 70 bytes at 0x0, frame 24, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x18
;;=     10  mov DWORD PTR [rbp-0x8],eax
;;=     13  mov DWORD PTR [rbp-0x18],edx
;;=     16  xor ebx,ebx
;;=     18  mov DWORD PTR [rbp-0x10],ebx
;;=     1b  mov ebx,DWORD PTR [rbp-0x8]
;;=     1e  mov esi,DWORD PTR [rbp-0x10]
;;=     21  mov edi,DWORD PTR [rbp-0x18]
;;=     24  mov r8,QWORD PTR [r15]
;;=     27  nop WORD PTR [rax+rax*1+0x0]
;;=     30  add esi,DWORD PTR [r8+rbx*1]             ; @0x27 i32.load
;;=     34  add ebx,0x4
;;=     37  cmp ebx,edi
;;=     39  jb 30
;;=     3b  mov DWORD PTR [rbp-0x8],ebx
;;=     3e  mov DWORD PTR [rbp-0x10],esi
;;=     41  mov eax,DWORD PTR [rbp-0x10]
;;=     44  leave
;;=     45  ret
