import { SdkError, SdkErrorCode } from "@modelcontextprotocol/client";
import { expect, it } from "vitest";
import { z } from "zod";
import { inWords } from "../../../../functions/adapters/mcp/outcome.ts";

const negotiating = (cause: unknown) =>
  new SdkError(
    SdkErrorCode.EraNegotiationFailed,
    `Version negotiation probe failed: ${String(cause)}`,
    { cause },
    { cause },
  );

it("a server that answers JSON and speaks no MCP is told in words, and not in those of a library", () => {
  const { error } = z.strictObject({ jsonrpc: z.literal("2.0") }).safeParse({ hello: "world" });
  expect(inWords(negotiating(error))).toBe("its answer is not as the protocol says");
  expect(inWords(negotiating(undefined))).toBe("its answer is not as the protocol says");
});

it("a server that cannot be reached while the protocol is agreed on is told by why", () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  expect(inWords(negotiating(refused))).toBe("it failed: ECONNREFUSED");
});
