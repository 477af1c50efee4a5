;;! compile --emit=asm --cpu=sse4.1 {}
;;? x86-64
;;? objdump
;; A jump table among the code.
(module
  (func $select (param i32) (result i32)
    (block $d (block $c (block $b (block $a
      (br_table $a $b $c $d $a $d (local.get 0)))
      (return (i32.const 10)))
      (return (i32.const 20)))
      (return (i32.const 30)))
    (i32.const 40)))
;;= func[0] select: 108 bytes at 0x0, frame 8, leaf
;;=      0  mov r15,QWORD PTR [r10+0x10]
;;=      4  nop WORD PTR [rax+rax*1+0x0]
;;=      d  nop WORD PTR [rax+rax*1+0x0]
;;=     16  xchg ax,ax
;;=  direct:
;;=     18  push rbp
;;=     19  mov rbp,rsp
;;=     1c  sub rsp,0x8
;;=     20  mov ebx,eax
;;=     22  cmp ebx,0x5
;;=     25  jae 65
;;=     2b  lea r11,[rip+0xa] # 3c
;;=     32  movsxd rax,DWORD PTR [r11+rbx*4]
;;=     36  add r11,rax
;;=     39  jmp r11
;;=     3c  to 50
;;=     40  to 57
;;=     44  to 5e
;;=     48  to 65
;;=     4c  to 50
;;=     50  mov eax,0xa
;;=     55  leave
;;=     56  ret
;;=     57  mov eax,0x14
;;=     5c  leave
;;=     5d  ret
;;=     5e  mov eax,0x1e
;;=     63  leave
;;=     64  ret
;;=     65  mov eax,0x28
;;=     6a  leave
;;=     6b  ret
