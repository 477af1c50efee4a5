// SPDX-License-Identifier: Apache-2.0

// wazero-calls MODULE: what nacre_calls.cpp measures, through wazero's API.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"sort"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

const calls = 10000
const batches = 60

func check(right bool, what any) {
	if !right {
		fmt.Fprintln(os.Stderr, "wazero-calls:", what)
		os.Exit(1)
	}
}

// The median of all batches but the first few.
func measure(run func()) float64 {
	took := []float64{}
	for batch := 0; batch < batches+5; batch++ {
		begin := time.Now()
		run()
		if batch >= 5 {
			took = append(took, float64(time.Since(begin).Nanoseconds())/calls)
		}
	}
	sort.Float64s(took)
	return took[batches/2]
}

func engine(name string, config wazero.RuntimeConfig, bytes []byte) {
	ctx := context.Background()
	for _, fast := range []bool{true, false} {
		r := wazero.NewRuntimeWithConfig(ctx, config)
		builder := r.NewHostModuleBuilder("env").NewFunctionBuilder()
		if fast {
			i32 := api.ValueTypeI32
			builder = builder.WithGoFunction(api.GoFunc(func(_ context.Context, stack []uint64) {
				stack[0] = uint64(uint32(stack[0]) + uint32(stack[1]))
			}), []api.ValueType{i32, i32}, []api.ValueType{i32})
		} else {
			builder = builder.WithFunc(func(a, b uint32) uint32 { return a + b })
		}
		_, err := builder.Export("add").Instantiate(ctx)
		check(err == nil, err)
		module, err := r.Instantiate(ctx, bytes)
		check(err == nil, err)
		add := module.ExportedFunction("add")
		if fast {
			stack := make([]uint64, 2)
			fmt.Printf("%s\tcall, stack\t%.2f\n", name, measure(func() {
				stack[0] = 0
				for i := 0; i < calls; i++ {
					stack[1] = 1
					check(add.CallWithStack(ctx, stack) == nil, "a call failed")
				}
				check(uint32(stack[0]) == calls, "a wrong result")
			}))
		} else {
			fmt.Printf("%s\tcall, values\t%.2f\n", name, measure(func() {
				sum := uint64(0)
				for i := 0; i < calls; i++ {
					results, err := add.Call(ctx, sum, 1)
					check(err == nil, err)
					sum = results[0]
				}
				check(uint32(sum) == calls, "a wrong result")
			}))
		}
		loop := func(name string) float64 {
			f := module.ExportedFunction(name)
			return measure(func() {
				_, err := f.Call(ctx, calls)
				check(err == nil, err)
			})
		}
		kind := map[bool]string{true: "host call, stack", false: "host call, Go function"}[fast]
		fmt.Printf("%s\t%s\t%.2f\n", name, kind, loop("host")-loop("empty"))
		r.Close(ctx)
	}
}

func main() {
	check(len(os.Args) == 2, "usage: wazero-calls MODULE")
	bytes, err := os.ReadFile(os.Args[1])
	check(err == nil, err)
	engine("wazero compiler", wazero.NewRuntimeConfigCompiler(), bytes)
	engine("wazero interpreter", wazero.NewRuntimeConfigInterpreter(), bytes)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/tetratelabs/wazero" {
				fmt.Printf("version\twazero\t%s\n", module.Version)
			}
		}
	}
}
