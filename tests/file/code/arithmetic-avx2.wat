;;! compile --emit=asm --cpu=avx2 {}
;;? x86-64
;;? objdump
;; What newer processors do shorter: shifts, counts, three operands.
(module
  (func $shift (param i64 i64) (result i64)
    (i64.shl (local.get 0) (local.get 1)))
  (func $count (param i32) (result i32)
    (i32.add (i32.clz (local.get 0)) (i32.popcnt (local.get 0))))
  (func $and-not (param i32 i32) (result i32)
    (i32.and (local.get 0) (i32.xor (local.get 1) (i32.const -1))))
  (func $lanes (param v128 v128) (result v128)
    (i32x4.add (local.get 0) (i32x4.mul (local.get 0) (local.get 1)))))
;;= func[0] shift: 29 bytes at 0x0, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x10
;;=     10  mov rbx,rax
;;=     13  mov rsi,rdx
;;=     16  shlx rax,rbx,rsi
;;=     1b  leave
;;=     1c  ret
;;= func[1] count: 30 bytes at 0x20, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x8
;;=     10  mov ebx,eax
;;=     12  lzcnt eax,ebx
;;=     16  popcnt ecx,ebx
;;=     1a  add eax,ecx
;;=     1c  leave
;;=     1d  ret
;;= func[2] and-not: 33 bytes at 0x40, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x10
;;=     10  mov ebx,eax
;;=     12  mov esi,edx
;;=     14  mov eax,esi
;;=     16  xor eax,0xffffffff
;;=     19  mov ecx,ebx
;;=     1b  and ecx,eax
;;=     1d  mov eax,ecx
;;=     1f  leave
;;=     20  ret
;;= func[3] lanes: 39 bytes at 0x70, frame 32, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop DWORD PTR [rax+0x0]
;;=  direct:
;;=      8  push rbp
;;=      9  mov rbp,rsp
;;=      c  sub rsp,0x20
;;=     10  vmovaps xmm14,xmm0
;;=     14  vmovaps xmm13,xmm1
;;=     18  vpmulld xmm0,xmm14,xmm13
;;=     1d  vpaddd xmm1,xmm14,xmm0
;;=     21  vmovaps xmm0,xmm1
;;=     25  leave
;;=     26  ret
