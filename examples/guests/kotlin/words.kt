// SPDX-License-Identifier: Apache-2.0
// The word counter in Kotlin: objects live on nacre's garbage-collected heap, exceptions are
// WebAssembly's. Linear memory serves only to talk with the host.
@file:OptIn(kotlin.wasm.unsafe.UnsafeWasmMemoryApi::class, kotlin.wasm.ExperimentalWasmInterop::class)

import kotlin.wasm.WasmExport
import kotlin.wasm.WasmImport
import kotlin.wasm.unsafe.withScopedMemoryAllocator

@WasmImport("host", "read")
private external fun hostRead(buffer: Int, capacity: Int): Int

@WasmImport("host", "report")
private external fun hostReport(word: Int, length: Int, count: Int)

private val words = HashMap<String, Int>()

private class OddLetter(val letter: Char) : Exception("no letter: '$letter'")

private fun lower(c: Char): Char = when (c) {
  in 'a'..'z' -> c
  in 'A'..'Z' -> c + ('a' - 'A')
  else -> throw OddLetter(c)
}

@WasmExport
fun add() = withScopedMemoryAllocator { memory ->
  val piece = memory.allocate(64)
  val word = StringBuilder()
  fun endOfWord() {
    if (word.isNotEmpty()) words[word.toString()] = (words[word.toString()] ?: 0) + 1
    word.clear()
  }
  while (true) {
    val n = hostRead(piece.address.toInt(), 64)
    if (n == 0) break
    for (i in 0 until n)
      try {
        word.append(lower(Char((piece + i).loadByte().toInt() and 0xff)))
      } catch (e: OddLetter) {
        endOfWord()
      }
  }
  endOfWord()
}

@WasmExport
fun top(n: Int): Int {
  for ((word, count) in words.entries.sortedWith(compareBy({ -it.value }, { it.key })).take(n))
    withScopedMemoryAllocator { memory ->
      val bytes = word.encodeToByteArray()
      val text = memory.allocate(bytes.size)
      bytes.forEachIndexed { i, b -> (text + i).storeByte(b) }
      hostReport(text.address.toInt(), bytes.size, count)
    }
  return words.size
}
