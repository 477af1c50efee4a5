// SPDX-License-Identifier: Apache-2.0
// The word counter in AssemblyScript.

@external("host", "read")
declare function hostRead(buffer: usize, capacity: i32): i32;

@external("host", "report")
declare function hostReport(word: usize, length: i32, count: i32): void;

class Word {
  constructor(public text: string, public count: i32) {}
}

const words = new Map<string, i32>();

function count(word: string): void {
  if (word.length) words.set(word, words.has(word) ? words.get(word) + 1 : 1);
}

export function add(): void {
  const piece = new Uint8Array(64);
  let word = "";
  for (let n = 0; (n = hostRead(piece.dataStart, piece.length)) > 0; )
    for (let i = 0; i < n; i++) {
      const c = <i32>piece[i] | 0x20;
      if (c >= 0x61 && c <= 0x7a) word += String.fromCharCode(c);
      else {
        count(word);
        word = "";
      }
    }
  count(word);
}

export function top(n: i32): i32 {
  const sorted = words.keys().map<Word>((text) => new Word(text, words.get(text)));
  sorted.sort((a, b) => a.count != b.count ? b.count - a.count : a.text < b.text ? -1 : 1);
  for (let i = 0; i < n && i < sorted.length; i++) {
    const utf8 = Uint8Array.wrap(String.UTF8.encode(sorted[i].text));
    hostReport(utf8.dataStart, utf8.length, sorted[i].count);
  }
  return sorted.length;
}
