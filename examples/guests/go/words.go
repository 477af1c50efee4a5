// SPDX-License-Identifier: Apache-2.0

// The word counter in Go: goroutines, maps and the garbage collector come along.
package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unsafe"
)

//go:wasmimport host read
func hostRead(buffer unsafe.Pointer, capacity uint32) uint32

//go:wasmimport host report
func hostReport(word unsafe.Pointer, length, count uint32)

var words = map[string]uint32{}

//go:wasmexport add
func add() {
	var text strings.Builder
	piece := make([]byte, 64)
	for {
		n := hostRead(unsafe.Pointer(unsafe.SliceData(piece)), uint32(len(piece)))
		if n == 0 {
			break
		}
		text.Write(piece[:n])
	}
	letter := func(c rune) bool { return c >= 'a' && c <= 'z' }
	for _, word := range strings.FieldsFunc(strings.ToLower(text.String()), func(c rune) bool { return !letter(c) }) {
		words[word]++
	}
}

//go:wasmexport top
func top(n int32) int32 {
	sorted := slices.SortedFunc(maps.Keys(words), func(a, b string) int {
		return cmp.Or(cmp.Compare(words[b], words[a]), cmp.Compare(a, b))
	})
	for _, word := range sorted[:min(int(n), len(sorted))] {
		hostReport(unsafe.Pointer(unsafe.StringData(word)), uint32(len(word)), words[word])
	}
	return int32(len(sorted))
}

func main() {} // never called in a c-shared module
