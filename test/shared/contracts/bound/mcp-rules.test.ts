import { describe, expect, it } from "vitest";
import { commandLine, mcpServer } from "../../../../shared/contracts/binding/mcp/mcp-server.ts";
import { definitionChanges, type ToolDefinition } from "../../../../shared/contracts/binding/mcp/tool-definition.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { makeContact, setContact, setContactByKey } from "../../../functions/tools/mcp/contact-tools.ts";

const REACH = { allowed_hosts: [], servers: new Set(["contacts"]) };
const faultsOf = (contract: JsonObject): string[] => {
  const defined = defineContract(contract, 1, REACH);
  return defined.ok ? [] : defined.refusal.violations.map(({ path, message }) => `${path}: ${message}`);
};
const definition: ToolDefinition = { name: "set_contact", description: "Changes a contact", input_schema: {} };
const open = { input_schema: { type: "object", properties: { stage: { type: "string" } } } };

describe("a contract with an mcp binding", () => {
  it("an mcp binding is taken as it is, with its key, its look-up and its pins", () => {
    for (const contract of [setContact({}, { pins: [{ ...definition }] }), setContactByKey(), makeContact()]) {
      expect(faultsOf(contract)).toEqual([]);
    }
  });

  it.each<[string, JsonObject, string]>([
    [
      "a server that is not registered",
      setContact({}, { server: "others" }),
      '/binding/server: contacts_set: there is no server "others"',
    ],
    [
      "an argument that the tool lacks",
      setContact({}, { read: { tool: "x", arguments: { $arg: "/contact" } } }),
      "which the tool does not have",
    ],
    [
      "an output before there is one",
      setContact({}, { read: { tool: "x", arguments: { a: { $output: "/b" } } } }),
      "is not known when it is made",
    ],
    ["a place that is none", setContact({}, { read: { tool: "x", arguments: { a: { $argh: "/b" } } } }), "is no place"],
    [
      "a key that is not sent",
      setContact({ outcome_resolution: "IDEMPOTENT_KEY" }, { call: { tool: "set_contact" } }),
      "set idempotency_meta",
    ],
    [
      "a pin of a tool that it never calls",
      setContact({}, { pins: [{ ...definition, name: "other" }] }),
      "is called by nothing",
    ],
    ["two pins of one tool", setContact({}, { pins: [{ ...definition }, { ...definition }] }), "is pinned twice"],
    ["arguments that nobody described", { ...makeContact(), ...open }, "set additionalProperties to false"],
  ])("an mcp binding is refused for %s", (_what, contract, words) => {
    expect(faultsOf(contract).join("\n")).toContain(words);
  });
});

describe("what a server says of a tool", () => {
  it("a server's words about a tool are compared part by part, whatever the order of their fields", () => {
    const schema = { type: "object", properties: { a: {}, b: {} } };
    const same = { properties: { b: {}, a: {} }, type: "object" };
    expect(definitionChanges({ ...definition, input_schema: schema }, { ...definition, input_schema: same })).toEqual(
      [],
    );
    expect(
      definitionChanges(definition, { ...definition, description: "", annotations: { readOnlyHint: true } }),
    ).toEqual([
      { part: "description", was: "Changes a contact", is: "" },
      { part: "annotations", was: null, is: { readOnlyHint: true } },
    ]);
  });
});

describe("a program as an operator allows it", () => {
  const line = (args: string[], env: JsonObject = {}, command = "npx"): string => {
    const server = mcpServer.parse({ kind: "stdio", server: "s", command, args, env });
    if (server.kind !== "stdio") throw new Error("no program");
    return commandLine(server);
  };

  it("a program that an operator allows is written alike only where it is the same, arguments and variables included", () => {
    expect(line(["-y", "server"], { B: "b", A: "a" })).toBe("A={a} B={b} npx -y server");
    const lines = [
      line(["a b"]),
      line(["a", "b"]),
      line(['"a b"']),
      line([], { A: "a" }),
      line([], {}, "A={a} npx"),
      line(["npx"], {}, "A={a}"),
    ];
    expect(new Set(lines).size).toBe(lines.length);
  });
});
