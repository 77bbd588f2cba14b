#!/usr/bin/env bash
# mcp-go 1.2.1 (github.com/mark3labs/mcp-go): what a tool declares of its arguments is told to the model and not held by the
# server; an argument of another type becomes the default that the code names, so that a preview pays.
#
# Guess: a call that does not fit the listed schema is refused before the tool's code runs, as servers of the official
# TypeScript and Python SDKs do it; `GetBool(name, default)` gives the default where the argument is left out, as its words
# "or the default value if not found" say.
# Seen (Go 1.26.8, 2026-11-30): `pay` requires `to` and an `amount` of 100 at most, `currency` is one of two, `preview` a
# boolean. {"to": "a", "amount": 500, "currency": "XXX"} pays 500 XXX; {} pays 0 to nobody. {"preview": "true"} is a preview and
# {"preview": "yes"} a payment, and neither says so; 2.9 `copies` are 2. With the option WithInputSchemaValidation all of
# them are refused with isError, before the code runs, {"preview": "true"} as well.
# Source: CallToolRequest.GetBool and GetInt in mcp/tools.go; the words above WithInputSchemaValidation in server/server.go
# say that it is opt-in for servers whose schemas are not what they take.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >go.mod <<'MOD'
module look

go 1.25.5

require github.com/mark3labs/mcp-go v1.2.1
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

var tool = mcp.NewTool("pay",
	mcp.WithString("to", mcp.Required()),
	mcp.WithNumber("amount", mcp.Required(), mcp.Max(100)),
	mcp.WithString("currency", mcp.Enum("EUR", "USD")),
	mcp.WithBoolean("preview"),
	mcp.WithInteger("copies"),
)

func pay(_ context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	did := "paid"
	if request.GetBool("preview", false) {
		did = "would pay"
	}
	to, amount, currency := request.GetString("to", ""), request.GetFloat("amount", 0), request.GetString("currency", "EUR")
	return mcp.NewToolResultText(fmt.Sprintf("%s %v %s to %q, copies %d", did, amount, currency, to, request.GetInt("copies", 1))), nil
}

// Gives the text of the answer, and whether it has isError.
func called(bank *server.MCPServer, arguments string) (string, bool) {
	params := fmt.Sprintf(`{"name": "pay", "arguments": %s}`, arguments)
	message := fmt.Sprintf(`{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": %s}`, params)
	written, err := json.Marshal(bank.HandleMessage(context.Background(), json.RawMessage(message)))
	if err != nil {
		panic(err)
	}
	var answer struct {
		Result struct {
			Content []struct{ Text string }
			IsError bool
		}
	}
	if err := json.Unmarshal(written, &answer); err != nil || len(answer.Result.Content) == 0 {
		panic(string(written))
	}
	return answer.Result.Content[0].Text, answer.Result.IsError
}

func main() {
	plain := server.NewMCPServer("bank", "1")
	plain.AddTool(tool, pay)
	checked := server.NewMCPServer("bank", "1", server.WithInputSchemaValidation())
	checked.AddTool(tool, pay)
	same := true
	for _, look := range []struct{ arguments, told string }{
		{`{"to": "a", "amount": 500, "currency": "XXX"}`, `paid 500 XXX to "a", copies 1`},
		{`{}`, `paid 0 EUR to "", copies 1`},
		{`{"to": "a", "amount": 5, "preview": "true"}`, `would pay 5 EUR to "a", copies 1`},
		{`{"to": "a", "amount": 5, "preview": "yes"}`, `paid 5 EUR to "a", copies 1`},
		{`{"to": "a", "amount": 5, "copies": 2.9}`, `paid 5 EUR to "a", copies 2`},
	} {
		told, failed := called(plain, look.arguments)
		_, refused := called(checked, look.arguments)
		fmt.Printf("%s\n  %s (isError %v); with the option refused: %v\n", look.arguments, told, failed, refused)
		same = same && told == look.told && !failed && refused
	}
	if told, failed := called(checked, `{"to": "a", "amount": 5, "preview": true}`); failed || told != `would pay 5 EUR to "a", copies 1` {
		same = false
	}
	if !same {
		fmt.Fprintln(os.Stderr, "that is another behaviour than was seen")
		os.Exit(1)
	}
}
GO
go mod tidy >/dev/null 2>&1
go run .
