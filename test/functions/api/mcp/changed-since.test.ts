import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Result, textIn } from "../../../harness/mcp-clients.ts";
import { contractOf } from "../../../shared/contracts/contract-inputs.ts";
import { type Door, decide, LINES, openDoor } from "./door.ts";

const MAIL = { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" };
const SURE = { "buddy/confidence": 0.95 };

let doors: Door[] = [];
const open = async (): Promise<Door> => {
  const door = await openDoor();
  doors.push(door);
  return door;
};
afterEach(async () => {
  await Promise.all(doors.map(({ stop }) => stop()));
  doors = [];
});

const idOf = ({ _meta }: Result): string => z.object({ call_id: z.string() }).parse(_meta?.["buddy/call"]).call_id;

const anotherVersion = async ({ deps }: Door, tool_name: string): Promise<void> => {
  const known = await deps.contracts.get(tool_name);
  if (known === undefined) throw new Error("no such contract");
  await deps.contracts.put({ ...known, version: known.version + 1, content_hash: "another" });
};

const behind = (tool_name: string, server: string) =>
  contractOf("MEDIUM", {
    tool_name,
    input_schema: { type: "object", properties: { text: { type: "string" } }, additionalProperties: false },
    binding: { kind: "mcp", server, call: { tool: "note" } },
  });

describe.each(LINES)("the very same request of a client of the line $line, after another version", ({ connect }) => {
  it.each([
    ["with the hash that its tool was listed with", {}],
    ["under its own key", { "buddy/idempotency_key": "k1" }],
  ])("the very same request %s is answered for the call that it made: one question, one effect", async (_, beside) => {
    const door = await open();
    const client = await connect(door.url);
    const listed = (await client.list()).tools.find(({ name }) => name === "msgraph_send_email");
    const meta = { ...listed?._meta, ...SURE, ...beside };
    const again = () => client.call("msgraph_send_email", MAIL, { meta });
    const first = await again();
    await anotherVersion(door, "msgraph_send_email");
    const waiting = await again();
    expect(waiting._meta?.["buddy/call"]).toMatchObject({ outcome: "waiting", call_id: idOf(first) });
    await decide(door, { decision: "approve" });
    const done = await again();
    expect(done._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE", call_id: idOf(first) });
    expect((await door.deps.executions.list({ limit: 10, next: null })).items).toHaveLength(1);
  });
});

describe("a name that has come to mean two tools", () => {
  const [{ connect }] = LINES;
  const ambiguous = async () => {
    const door = await open();
    await door.deps.contracts.put(behind("desk_note", "desk"));
    const client = await connect(door.url);
    // Nothing of it goes on: no server is there.
    const meta = { ...SURE, "buddy/wait_seconds": 0 };
    const note = (text: string, name = "note") => client.call(name, { text }, { meta });
    const first = await note("one");
    await door.deps.contracts.put(behind("shelf_note", "shelf"));
    return { note, first };
  };

  it("a name that has come to mean two tools leads to the call that waits under it, and says which tool's it is", async () => {
    const { note, first } = await ambiguous();
    const again = await note("one");
    const said = z.object({ warnings: z.array(z.string()) }).parse(again._meta?.["buddy/call"]);
    expect([idOf(again), said.warnings.join()]).toEqual([idOf(first), expect.stringContaining("about desk_note")]);
    expect(textIn(await note("two"))).toContain("it may mean desk_note or shelf_note; list the tools again");
  });

  it("a name that has come to mean two tools leads to neither where the same call of both waits", async () => {
    const { note } = await ambiguous();
    await note("one", "shelf_note");
    expect(await note("one")).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
  });
});
