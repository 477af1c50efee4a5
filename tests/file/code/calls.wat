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
;;= func[1] fib: 87 bytes at 0x4, frame 24
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x10
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 53
;;=     14  mov ebx,eax
;;=     16  cmp ebx,0x2
;;=     19  jge 26
;;=     1f  mov eax,ebx
;;=     21  jmp 51
;;=     26  mov DWORD PTR [rbp-0x10],ebx
;;=     29  lea eax,[rbx-0x1]
;;=     2c  call 4                                   ; @0x3d call 1
;;=     31  mov r15,QWORD PTR [rbp-0x8]
;;=     35  mov DWORD PTR [rbp-0x18],eax
;;=     38  mov ebx,DWORD PTR [rbp-0x10]
;;=     3b  lea eax,[rbx-0x2]
;;=     3e  call 4                                   ; @0x44 call 1
;;=     43  mov r15,QWORD PTR [rbp-0x8]
;;=     47  mov ecx,DWORD PTR [rbp-0x18]
;;=     4a  add ecx,eax
;;=     4c  mov eax,ecx
;;=     4e  mov ebx,DWORD PTR [rbp-0x10]
;;=     51  leave
;;=     52  ret
;;=     53  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[2] imported: 44 bytes at 0x5c, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x8
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 28
;;=     14  mov ebx,eax
;;=     16  mov DWORD PTR [rbp-0x10],ebx
;;=     19  mov eax,ebx
;;=     1b  mov r10,QWORD PTR [r15+0x38]
;;=     1f  mov r10,QWORD PTR [r10]
;;=     22  call QWORD PTR [r10+0x38]                ; @0x4d call 0
;;=     26  leave
;;=     27  ret
;;=     28  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[3] indirect: 119 bytes at 0x94, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x8
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 73
;;=     14  mov ebx,eax
;;=     16  mov DWORD PTR [rbp-0x10],ebx
;;=     19  mov r10,QWORD PTR [r15+0x20]
;;=     1d  mov r10,QWORD PTR [r10]
;;=     20  mov r11,QWORD PTR [r10+0x20]
;;=     24  lea r11,[r11+rbx*8]
;;=     28  cmp r11,QWORD PTR [r10+0x28]
;;=     2c  jae 59
;;=     32  mov r10,QWORD PTR [r11]
;;=     35  test r10,r10
;;=     38  je 64
;;=     3e  mov rax,QWORD PTR [r15+0x40]
;;=     42  mov rax,QWORD PTR [rax]
;;=     45  cmp rax,QWORD PTR [r10]
;;=     48  jne 6f
;;=     4e  mov eax,0x7
;;=     53  call QWORD PTR [r10+0x38]                ; @0x56 call_indirect (type 0)
;;=     57  leave
;;=     58  ret
;;=     59  mov QWORD PTR [r15+0x98],rbx
;;=     60  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): undefined element
;;=     64  mov QWORD PTR [r15+0x98],rbx
;;=     6b  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): uninitialized element
;;=     6f  call QWORD PTR [r15+0x58]                ; @0x56 call_indirect (type 0): indirect call type mismatch
;;=     73  call QWORD PTR [r15+0x58]                ; call stack exhausted
;;= func[4] tail: 44 bytes at 0x10c, frame 16
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=  direct:
;;=      4  push rbp
;;=      5  mov rbp,rsp
;;=      8  push r15
;;=      a  sub rsp,0x8
;;=      e  cmp rsp,QWORD PTR [r15+0x48]
;;=     12  jb 28
;;=     14  mov ebx,eax
;;=     16  mov eax,ebx
;;=     18  mov r13,QWORD PTR [rbp+0x0]
;;=     1c  lea rsp,[rbp+0x8]
;;=     20  mov rbp,r13
;;=     23  jmp func[1] fib
;;=     28  call QWORD PTR [r15+0x58]                ; call stack exhausted
