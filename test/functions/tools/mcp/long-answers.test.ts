import { expect, it } from "vitest";
import { resultAsSaid } from "../../../../functions/adapters/mcp/call-result.ts";
import { safeOutcome, safePreview } from "../../../../functions/tools/safe-answer.ts";
import { liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { accept } from "../../../../shared/plan/result.ts";
import type { McpClient } from "../../../../shared/ports/mcp.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { defined } from "../http/crm-tools.ts";
import { getContact, makeContact, onLoopback, overHttp, setContact, wayTo } from "./contact-tools.ts";

const way = wayTo(overHttp("http://127.0.0.1:9/mcp"), onLoopback("127.0.0.1:9"));
const left_out = "its answer has 3000000 bytes, of which at most 1048576 are read";
const content = [{ type: "text", text: `[cut: ${left_out}]` }];

/** A server whose every answer is too long. */
const client: McpClient = {
  ...way.client,
  tools: async () => {
    const named = (name: string) => ({ name, description: "", input_schema: {} });
    return accept({ tools: ["get.contact", "set_contact", "make_contact", "find_call"].map(named), left_out: [] });
  },
  call: async () => ({ kind: "answered", result: { is_error: false, content, left_out } }),
};
const adapterOf = (contract: ReturnType<typeof defined>) =>
  liveToolbox(memoryWorld(), { ways: { mcp: { ...way, client } } }).adapterFor(contract);
const args = { contact_id: "c1", stage: "won" };

it("a call that acts was made however long its answer is, which says in its place that it is not kept", async () => {
  const contract = defined(makeContact());
  const made = await adapterOf(contract).call(liveCall(toolCall(contract, { stage: "won" }), "k"));
  expect(made).toMatchObject({ kind: "committed", output: { content }, left_out });
});

it("a read whose answer is too long says of which tool, how long it is and how long it may be", async () => {
  const words = `it cannot be read: "get.contact" was asked, and ${left_out}`;
  const contract = defined(getContact());
  const call = toolCall(contract, { contact_id: "c1" });
  await expect(adapterOf(contract).preview(call)).rejects.toMatchObject({ message: words });
  await expect(adapterOf(contract).call(liveCall(call, "k"))).rejects.toMatchObject({ message: words });
  const setting = defined(setContact());
  await expect(adapterOf(setting).preview(toolCall(setting, args))).rejects.toThrow(left_out);
});

it("a number of a text that is JSON is not put back by an undo with other digits: the call is not made", async () => {
  const text = '{"contact":{"stage":"new","note":0.12345678901234567891}}';
  const told = {
    ...client,
    call: async () => ({ kind: "answered", result: { is_error: false, content: [{ type: "text", text }] } }),
  };
  const setting = defined(setContact({}, { text_is_json: true }));
  const call = toolCall(setting, args);
  const adapter = liveToolbox(memoryWorld(), { ways: { mcp: { ...way, client: told as McpClient } } }).adapterFor(
    setting,
  );
  for (const ask of [adapter.preview, adapter.prepareUndo]) {
    await expect(ask(call)).rejects.toThrow(
      '/contact/note of contacts/get.contact {"contact_id":"c1"} cannot be put back exactly',
    );
  }
});

/** A server that answers with this structured content, as its client hands it over. */
const answering = (structured: string): McpClient => ({
  ...client,
  call: async () => ({
    kind: "answered",
    result: resultAsSaid({ content: [], structuredContent: JSON.parse(structured) }),
  }),
});
const asks = (contract: ReturnType<typeof defined>, structured: string) =>
  liveToolbox(memoryWorld(), { ways: { mcp: { ...way, client: answering(structured) } } }).adapterFor(contract);

it.each([
  ["a field that is left out", '{"x":1,"__proto__":{"role":"owner"}}'],
  ["an integer that lost digits", "9007199254740993"],
  ["what is nested too deep", "[".repeat(100) + "]".repeat(100)],
])("structured content is not put back by an undo otherwise than it was: %s", async (_, note) => {
  const setting = defined(setContact());
  const adapter = asks(setting, `{"contact":{"stage":"new","note":${note}}}`);
  const call = toolCall(setting, args);
  for (const ask of [adapter.preview, adapter.prepareUndo]) await expect(ask(call)).rejects.toThrow("/contact/note of");
});

it("structured content with a field that is left out is not shown to an approver as whole", async () => {
  const { undo: _, ...binding } = Object(setContact().binding);
  const setting = defined({ ...setContact(), binding, compensation: "none", reversible: false });
  const adapter = asks(setting, '{"contact":{"stage":{"a":1,"__proto__":{"role":"owner"}},"note":null}}');
  await expect(adapter.preview(toolCall(setting, args))).rejects.toThrow(
    'stage of contacts/get.contact {"contact_id":"c1"} cannot be shown whole, as it must be to be approved',
  );
  const noting = toolCall(setting, { contact_id: "c1", note: "n" });
  expect((await adapter.preview(noting)).changes).toMatchObject([{ field: "note", old: null }]);
});

it("structured content with a field that is left out is none from which anything is concluded of a call", async () => {
  const contract = defined(setContact());
  const found = asks(contract, '{"happened":false,"__proto__":1}');
  const looked = await found.lookUp(liveCall(toolCall(contract, args), "k"), "forward");
  expect(looked).toEqual({ kind: "unknown", why: "asked whether it happened: a field named __proto__" });
});

it("a read says what was left out of structured content, in its preview as when it is made", async () => {
  const contract = defined(getContact());
  const adapter = asks(contract, '{"contact":{"a":1,"__proto__":1}}');
  const call = toolCall(contract, { contact_id: "c1" });
  const left_out = "a field named __proto__";
  expect(safePreview(await adapter.preview(call))).toMatchObject({ cut: left_out });
  expect(safeOutcome(await adapter.call(liveCall(call, "k")))).toMatchObject({ kind: "committed", cut: left_out });
});

it("an answer that is too long says neither that a call happened nor that it did not", async () => {
  const contract = defined(setContact());
  const looked = await adapterOf(contract).lookUp(liveCall(toolCall(contract, args), "k"), "forward");
  expect(looked).toEqual({ kind: "unknown", why: `asked whether it happened: ${left_out}` });
});
