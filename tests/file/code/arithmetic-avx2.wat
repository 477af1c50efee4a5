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
;;= func[0] shift: 25 bytes at 0x4, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x10
;;=      c  mov rbx,rax
;;=      f  mov rsi,rdx
;;=     12  shlx rax,rbx,rsi
;;=     17  leave
;;=     18  ret
;;= func[1] count: 26 bytes at 0x24, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x8
;;=      c  mov ebx,eax
;;=      e  lzcnt eax,ebx
;;=     12  popcnt ecx,ebx
;;=     16  add eax,ecx
;;=     18  leave
;;=     19  ret
;;= func[2] and-not: 29 bytes at 0x44, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x10
;;=      c  mov ebx,eax
;;=      e  mov esi,edx
;;=     10  mov eax,esi
;;=     12  xor eax,0xffffffff
;;=     15  mov ecx,ebx
;;=     17  and ecx,eax
;;=     19  mov eax,ecx
;;=     1b  leave
;;=     1c  ret
;;= func[3] lanes: 35 bytes at 0x64, frame 32, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x20
;;=      c  vmovaps xmm14,xmm0
;;=     10  vmovaps xmm13,xmm1
;;=     14  vpmulld xmm0,xmm14,xmm13
;;=     19  vpaddd xmm1,xmm14,xmm0
;;=     1d  vmovaps xmm0,xmm1
;;=     21  leave
;;=     22  ret
