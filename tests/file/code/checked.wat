;;! compile --emit=asm --cpu=sse4.1 --no-signals {}
;;! compile --emit=asm --cpu=sse4.1 --interruptible --fuel --func spin {}
;;? x86-64
;;? objdump
;; Memory accesses with bounds checks; loops that notice interrupts and use fuel.
(module
  (memory 1)
  (func $get (param i32) (result i64) (i64.load offset=8 (local.get 0)))
  (func $put (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func $spin (loop $l (br $l))))
;;= func[0] get: 72 bytes at 0x0, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x8
;;=     20  mov ebx,eax
;;=     22  lea r11,[rbx+0x10]
;;=     26  cmp r11,QWORD PTR [r15+0x8]
;;=     2a  ja 3d
;;=     30  mov rax,QWORD PTR [r15]
;;=     33  mov rcx,QWORD PTR [rax+rbx*1+0x8]
;;=     38  mov rax,rcx
;;=     3b  leave
;;=     3c  ret
;;=     3d  mov QWORD PTR [r15+0x98],rbx
;;=     44  call QWORD PTR [r15+0x58]                ; @0x2a i64.load offset=8: out of bounds memory access
;;= func[1] put: 70 bytes at 0x50, frame 16, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x10
;;=     20  mov ebx,eax
;;=     22  mov esi,edx
;;=     24  lea r11,[rbx+0x1]
;;=     28  cmp r11,QWORD PTR [r15+0x8]
;;=     2c  ja 3b
;;=     32  mov rax,QWORD PTR [r15]
;;=     35  mov BYTE PTR [rax+rbx*1],sil
;;=     39  leave
;;=     3a  ret
;;=     3b  mov QWORD PTR [r15+0x98],rbx
;;=     42  call QWORD PTR [r15+0x58]                ; @0x34 i32.store8: out of bounds memory access
;;= func[2] spin: 34 bytes at 0xa0, frame 0, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  nop WORD PTR [rax+rax*1+0x0]
;;=  direct:
;;=     1c  push rbp
;;=     1d  mov rbp,rsp
;;=     20  jmp 20
;;= func[2] spin: 135 bytes at 0xa0, frame 8
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop DWORD PTR [rax]
;;=  direct:
;;=     10  push rbp
;;=     11  mov rbp,rsp
;;=     14  push r15
;;=     16  cmp rsp,QWORD PTR [r15+0x48]
;;=     1a  jb 83
;;=     20  mov r11,QWORD PTR [r15+0x90]
;;=     27  cmp QWORD PTR [r11],0x0
;;=     2b  jle 7b
;;=     31  sub QWORD PTR [r11],0x1
;;=     35  nop WORD PTR [rax+rax*1+0x0]
;;=     3e  xchg ax,ax
;;=     40  mov r11,QWORD PTR [r15+0x90]
;;=     47  cmp QWORD PTR [r11],0x0
;;=     4b  jle 7b
;;=     51  sub QWORD PTR [r11],0x1
;;=     55  cmp rsp,QWORD PTR [r15+0x48]
;;=     59  jb 61
;;=     5f  jmp 40
;;=     61  mov rdi,r15
;;=     64  lea rsi,[rbp-0x10]
;;=     68  mov eax,0x21
;;=     6d  call QWORD PTR [r15+0x60]                ; @0x3a loop
;;=     71  test eax,eax
;;=     73  jne 7f
;;=     79  jmp 5f
;;=     7b  call QWORD PTR [r15+0x58]                ; @0x3a loop: out of fuel
;;=     7f  call QWORD PTR [r15+0x58]                ; @0x3a loop: trap
;;=     83  call QWORD PTR [r15+0x58]                ; call stack exhausted
