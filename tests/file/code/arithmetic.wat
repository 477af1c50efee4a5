;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; Immediates, addresses, folded loads, flags.
(module
  (memory 1)
  (func $lea (param i32 i32) (result i32)
    (i32.add (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2))) (i32.const 100)))
  (func $divide (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func $load-op (param i32 i64) (result i64)
    (i64.add (local.get 1) (i64.load offset=16 (local.get 0))))
  (func $max (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (i32.gt_s (local.get 0) (local.get 1))))
  (func $constant (param f64) (result f64)
    (f64.mul (local.get 0) (f64.const 2.5))))
;;= func[0] lea: 22 bytes at 0x4, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x10
;;=      c  mov ebx,eax
;;=      e  mov esi,edx
;;=     10  lea eax,[rbx+rsi*4+0x64]
;;=     14  leave
;;=     15  ret
;;= func[1] divide: 54 bytes at 0x1c, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x10
;;=      c  mov ebx,eax
;;=      e  mov esi,edx
;;=     10  mov eax,ebx
;;=     12  test esi,esi
;;=     14  je 2e
;;=     1a  cmp esi,0xffffffff
;;=     1d  jne 29
;;=     1f  neg eax
;;=     21  jo 32
;;=     27  jmp 2c
;;=     29  cdq
;;=     2a  idiv esi
;;=     2c  leave
;;=     2d  ret
;;=     2e  call QWORD PTR [r15+0x58]                ; @0x41 i32.div_s: integer divide by zero
;;=     32  call QWORD PTR [r15+0x58]                ; @0x41 i32.div_s: integer overflow
;;= func[2] load-op: 33 bytes at 0x54, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x10
;;=      c  mov rsi,rdx
;;=      f  mov ebx,eax
;;=     11  mov rax,QWORD PTR [r15]
;;=     14  mov rcx,rsi
;;=     17  add rcx,QWORD PTR [rax+rbx*1+0x10]       ; @0x49 i64.load offset=16
;;=     1c  mov rax,rcx
;;=     1f  leave
;;=     20  ret
;;= func[3] max: 25 bytes at 0x7c, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x10
;;=      c  mov ebx,eax
;;=      e  mov esi,edx
;;=     10  cmp ebx,esi
;;=     12  mov eax,ebx
;;=     14  cmovle eax,esi
;;=     17  leave
;;=     18  ret
;;= func[4] constant: 44 bytes at 0x9c, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  sub rsp,0x8
;;=      c  movaps xmm14,xmm0
;;=     10  movaps xmm0,xmm14
;;=     14  mulsd xmm0,QWORD PTR [rip+0x8] # 24
;;=     1c  leave
;;=     1d  ret
;;=     1e  cc cc cc cc cc cc 00 00 00 00 00 00 04 40
