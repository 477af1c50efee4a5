;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; Direct, imported, indirect and tail calls, and what a frame is.
(module
  (import "host" "f" (func $host (param i32) (result i32)))
  (type $unary (func (param i32) (result i32)))
  (table 10 funcref)
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                     (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func $imported (param i32) (result i32) (call $host (local.get 0)))
  (func $indirect (param i32) (result i32) (call_indirect (type $unary) (i32.const 7) (local.get 0)))
  (func $tail (param i32) (result i32) (return_call $fib (local.get 0))))
;;= func[1] fib: 91 bytes at 0x0, frame 24
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x10
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 57
;;=     18  mov ebx,eax
;;=     1a  cmp ebx,0x2
;;=     1d  jge 2a
;;=     23  mov eax,ebx
;;=     25  jmp 55
;;=     2a  mov DWORD PTR [rbp-0x10],ebx
;;=     2d  lea eax,[rbx-0x1]
;;=     30  call 4                                   ; @0x3d call 1
;;=     35  mov r15,QWORD PTR [rbp-0x8]
;;=     39  mov DWORD PTR [rbp-0x18],eax
;;=     3c  mov ebx,DWORD PTR [rbp-0x10]
;;=     3f  lea eax,[rbx-0x2]
;;=     42  call 4                                   ; @0x44 call 1
;;=     47  mov r15,QWORD PTR [rbp-0x8]
;;=     4b  mov ecx,DWORD PTR [rbp-0x18]
;;=     4e  add ecx,eax
;;=     50  mov eax,ecx
;;=     52  mov ebx,DWORD PTR [rbp-0x10]
;;=     55  leave
;;=     56  ret
;;=     57  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[2] imported: 52 bytes at 0x60, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x8
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 30
;;=     18  mov ebx,eax
;;=     1a  mov DWORD PTR [rbp-0x10],ebx
;;=     1d  mov eax,ebx
;;=     1f  mov r10,QWORD PTR [r15+0x38]
;;=     23  mov r10,QWORD PTR [r10]
;;=     26  call QWORD PTR [r10+0x38]                ; @0x4d call 0
;;=     2a  mov r15,QWORD PTR [rbp-0x8]
;;=     2e  leave
;;=     2f  ret
;;=     30  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[3] indirect: 127 bytes at 0xa0, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x8
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 7b
;;=     18  mov ebx,eax
;;=     1a  mov DWORD PTR [rbp-0x10],ebx
;;=     1d  mov r10,QWORD PTR [r15+0x20]
;;=     21  mov r10,QWORD PTR [r10]
;;=     24  mov r11,QWORD PTR [r10+0x20]
;;=     28  lea r11,[r11+rbx*8]
;;=     2c  cmp r11,QWORD PTR [r10+0x28]
;;=     30  jae 61
;;=     36  mov r10,QWORD PTR [r11]
;;=     39  test r10,r10
;;=     3c  je 6c
;;=     42  mov rax,QWORD PTR [r15+0x40]
;;=     46  mov rax,QWORD PTR [rax]
;;=     49  cmp rax,QWORD PTR [r10]
;;=     4c  jne 77
;;=     52  mov eax,0x7
;;=     57  call QWORD PTR [r10+0x38]                ; @0x56 call_indirect (type 0)
;;=     5b  mov r15,QWORD PTR [rbp-0x8]
;;=     5f  leave
;;=     60  ret
;;=     61  mov QWORD PTR [r15+0x98],rbx
;;=     68  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): undefined element
;;=     6c  mov QWORD PTR [r15+0x98],rbx
;;=     73  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): uninitialized element
;;=     77  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): indirect call type mismatch
;;=     7b  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[4] tail: 48 bytes at 0x120, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x8
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 2c
;;=     18  mov ebx,eax
;;=     1a  mov eax,ebx
;;=     1c  mov r13,QWORD PTR [rbp+0x0]
;;=     20  lea rsp,[rbp+0x8]
;;=     24  mov rbp,r13
;;=     27  jmp func[1] fib
;;=     2c  call QWORD PTR [r15+0x58]                ; call stack exhausted
