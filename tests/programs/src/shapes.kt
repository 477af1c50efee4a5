// SPDX-License-Identifier: Apache-2.0
// Classes, closures, generics, collections, strings and exceptions; enough garbage to collect.
class Closed(message: String, cause: Throwable? = null) : Exception(message, cause)

sealed class Shape : Comparable<Shape> {
  abstract val area: Double
  override fun compareTo(other: Shape) = area.compareTo(other.area)
}
data class Circle(val r: Double) : Shape() {
  override val area get() = 3.0 * r * r
}
data class Square(val side: Int) : Shape() {
  override val area get() = (side * side).toDouble()
}

enum class Level { LOW, MIDDLE, HIGH }

val log = StringBuilder()

fun counter(): () -> Int {
  var n = 0
  return { ++n }
}

fun risky(n: Int): Int {
  try {
    if (n % 3 == 0) throw Closed("at $n")
    return n
  } finally {
    log.append(n)
  }
}

fun <T, R : Comparable<R>> List<T>.best(by: (T) -> R): T? {
  var best: T? = null
  for (x in this) if (best == null || by(x) > by(best)) best = x
  return best
}

class Node(val key: Int, val left: Node?, val right: Node?) {
  fun sum(): Long = key + (left?.sum() ?: 0L) + (right?.sum() ?: 0L)
}

fun tree(depth: Int): Node? = if (depth == 0) null else Node(depth, tree(depth - 1), tree(depth - 1))

fun main() {
  val words = "the quick brown fox jumps over the lazy dog the end".split(' ')
  val counts = words.groupingBy { it }.eachCount().entries
  println(counts.sortedWith(compareByDescending<Map.Entry<String, Int>> { it.value }.thenBy { it.key }).take(3).joinToString { "${it.key}=${it.value}" })

  val shapes: List<Shape> = listOf(Circle(2.0), Square(5), Square(3))
  println(shapes.sorted())
  println("${shapes.best { it.area }} ${Square(3) == shapes[2]} ${setOf(Square(3), Square(3)).size}")
  println(shapes.joinToString("") { when (it) { is Circle -> "o"; is Square -> "#" } })

  val a = counter()
  val b = counter()
  a(); a()
  println("${a()} ${b()}")

  println((1..6).map { try { risky(it).toString() } catch (e: Closed) { e.message!! } })
  println(log)
  try {
    try { listOf(1)[4] } catch (e: IndexOutOfBoundsException) { throw Closed("outer", e) }
  } catch (e: Closed) {
    println("${e.message} because of ${e.cause!!::class.simpleName}")
  }
  try { (shapes[0] as Any) as String } catch (e: ClassCastException) { println("not a string") }
  try { "12x".toInt() } catch (e: NumberFormatException) { println("not a number") }
  try { Level.valueOf("NONE") } catch (e: IllegalArgumentException) { println(Level.entries.reversed()) }

  println(generateSequence(1L) { it * 3 }.takeWhile { it < 1_000_000_000_000 }.sum())
  println((1..60).fold(0) { h, n -> h * 31 + n } xor Int.MIN_VALUE ushr 3)
  println("äöü 漢字 😀".reversed().length.toString() + " " + 1.0 / 3 + " " + Double.NaN + " " + 'x'.code + " " + 255.toString(16))
  var total = 0L
  repeat(600) { total += tree(12)!!.sum() }
  println(total)
  val table = HashMap<String, MutableList<Int>>()
  for (i in 0 until 20_000) table.getOrPut("key${i % 97}") { mutableListOf() }.add(i)
  println("${table.size} ${table["key13"]!!.sum()} ${table.values.maxOf { it.size }}")
  throw Closed("the end")
}
