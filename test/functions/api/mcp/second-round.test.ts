import { Client, StreamableHTTPClientTransport, withInputRequired } from "@modelcontextprotocol/client";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Caller } from "../../../../functions/api/http/caller.ts";
import { textIn } from "../../../harness/mcp-clients.ts";
import { as } from "../harness.ts";
import { AGENT, type Door, decide, headersOf, openDoor } from "./door.ts";

const MAIL = { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" };
const SURE = { "buddy/confidence": 0.95 };

/** Longer than a call that was made answers for the same one. */
const DUPLICATES_ARE_FOUND = 3 * 24 * 3_600_000;

let doors: Door[] = [];
const open = async (...given: Parameters<typeof openDoor>): Promise<Door> => {
  const door = await openDoor(...given);
  doors.push(door);
  return door;
};
afterEach(async () => {
  await Promise.all(doors.map(({ stop }) => stop()));
  doors = [];
});

const result = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).default([]),
  isError: z.boolean().optional(),
  requestState: z.string().optional(),
  _meta: z.record(z.string(), z.unknown()).optional(),
});
type Result = z.infer<typeof result>;

const ACCEPTED = { approval: { action: "accept" } };
const DECLINED = { approval: { action: "decline" } };

/** An official client that shows pages, whose rounds the test makes one by one. */
const rounds = async ({ url }: Door, caller: Caller = AGENT) => {
  const client = new Client(
    { name: "shows", version: "1" },
    { versionNegotiation: { mode: "auto" }, capabilities: { elicitation: { url: {} } } },
  );
  const headers = headersOf(caller);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return async (params: Record<string, unknown> = {}): Promise<Result> => {
    const call = { name: "msgraph_send_email", arguments: MAIL, _meta: SURE, ...params };
    const request = { method: "tools/call", params: call };
    return result.parse(await client.request(request, withInputRequired(result), { allowInputRequired: true }));
  };
};

const idOf = ({ _meta }: Result): string => z.object({ call_id: z.string() }).parse(_meta?.["buddy/call"]).call_id;
const madeIn = async ({ deps }: Door): Promise<number> =>
  (await deps.executions.list({ limit: 100, next: null })).items.length;
const askedIn = async ({ deps }: Door): Promise<number> =>
  (await deps.approvals.list({ status: "open", limit: 10, next: null })).items.length;

/** The same call twice, both asked to show the page of one request; it is approved, and the first is told the end. */
const twoOfOne = async (...given: Parameters<typeof openDoor>) => {
  const door = await open(...given);
  const round = await rounds(door);
  const [first, second] = [await round(), await round()];
  const { requestState } = second;
  if (requestState === undefined) throw new Error("no page is to be shown");
  await decide(door, { decision: "approve" });
  const told = await round({ requestState: first.requestState, inputResponses: ACCEPTED });
  expect(told._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE", call_id: requestState });
  return { door, round, requestState };
};

describe("a request that goes on after a page", () => {
  it.each([
    ["closed", ACCEPTED],
    ["declined", DECLINED],
  ])(
    "the second of two same calls whose page was %s is answered for the one that both are, after that was told",
    async (_, inputResponses) => {
      const { door, round, requestState } = await twoOfOne();
      const second = await round({ requestState, inputResponses });
      expect(second._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE", call_id: requestState });
      expect([await madeIn(door), await askedIn(door)]).toEqual([1, 0]);
    },
  );

  it("a request that goes on with a call is answered for it whenever it comes, and by whichever version it was made", async () => {
    const { door, round, requestState } = await twoOfOne();
    const known = await door.deps.contracts.get("msgraph_send_email");
    if (known === undefined) throw new Error("no such contract");
    await door.deps.contracts.put({ ...known, version: known.version + 1, content_hash: "another" });
    door.time.now += 5 * 24 * 3_600_000;
    for (const more of [{ inputResponses: ACCEPTED }, {}]) {
      const again = await round({ requestState, _meta: { ...SURE, "buddy/contract_hash": "another yet" }, ...more });
      expect(again._meta?.["buddy/call"]).toMatchObject({ outcome: "done", call_id: requestState });
    }
    expect(await madeIn(door)).toBe(1);
  });

  it("the same call without a state is a new one after its end was told, and the state still leads to the first", async () => {
    const { door, round, requestState } = await twoOfOne();
    door.time.now += DUPLICATES_ARE_FOUND;
    const anew = await round();
    expect(anew.requestState ?? requestState).not.toBe(requestState);
    expect(idOf(await round({ requestState, inputResponses: ACCEPTED }))).toBe(requestState);
    expect(idOf(await round({ requestState: anew.requestState, inputResponses: DECLINED }))).toBe(anew.requestState);
    expect(await madeIn(door)).toBe(2);
  });

  it("a request that goes on with a call is answered for that one under the key of another, and its own key stands for it", async () => {
    const { door, round, requestState } = await twoOfOne();
    door.time.now += DUPLICATES_ARE_FOUND;
    const under = (key: string) => ({ _meta: { ...SURE, "buddy/idempotency_key": key } });
    const other = await round(under("k1"));
    expect(other.requestState ?? requestState).not.toBe(requestState);
    expect(idOf(await round({ requestState, inputResponses: ACCEPTED, ...under("k1") }))).toBe(requestState);
    expect(idOf(await round({ requestState, inputResponses: ACCEPTED, ...under("k2") }))).toBe(requestState);
    expect(idOf(await round(under("k2")))).toBe(requestState);
    expect(await madeIn(door)).toBe(2);
  });
});

describe("a state that no answer to this call gave", () => {
  const OTHER = as("client-of-agent-2", ["agent", "agent:agent_2"]);

  it("a state of another agent's call is refused as one that there is none of, and neither is told nor makes anything", async () => {
    const { door, requestState } = await twoOfOne();
    const theirs = await rounds(door, OTHER);
    const refused = await theirs({ requestState, inputResponses: ACCEPTED });
    expect(refused).toMatchObject({ isError: true, _meta: { "buddy/retry": "after_change" } });
    expect(textIn(refused)).toContain("/requestState is that of no call of msgraph_send_email");
    for (const made_up of ["junk", "", "../x y", "x".repeat(10_000), "01EX9999"]) {
      expect(textIn(await theirs({ requestState: made_up }))).toBe(textIn(refused));
    }
    expect([await madeIn(door), await askedIn(door)]).toEqual([1, 0]);
  });

  it("a state of a call of another tool or other arguments is refused, and makes nothing", async () => {
    const { door, round, requestState } = await twoOfOne();
    const others = [
      { arguments: { ...MAIL, subject: "Another" } },
      { name: "memory_search", arguments: { query: "ann" } },
      { name: "nothing" },
    ];
    for (const other of others) {
      const refused = await round({ requestState, inputResponses: ACCEPTED, ...other });
      expect(refused.isError).toBe(true);
      expect(textIn(refused)).toContain("/requestState is that of no call of");
    }
    expect(await madeIn(door)).toBe(1);
  });

  it("a state that is given with a tool of the door's own is refused, since none of these gives one", async () => {
    const { round, requestState } = await twoOfOne();
    const refused = await round({ name: "buddy_wait", arguments: { id: requestState }, requestState });
    expect(textIn(refused)).toContain("/requestState is given by no answer of buddy_wait");
  });

  it("a page's answer without its state is for the same call while that waits, and never makes a new one", async () => {
    const door = await open();
    const round = await rounds(door);
    const { requestState } = await round();
    expect(idOf(await round({ inputResponses: DECLINED }))).toBe(requestState);
    await decide(door, { decision: "approve" });
    expect(idOf(await round({ inputResponses: ACCEPTED }))).toBe(requestState);
    for (const inputResponses of [ACCEPTED, DECLINED]) {
      const refused = await round({ inputResponses });
      expect(refused.isError).toBe(true);
      expect(textIn(refused)).toContain("/requestState is not there");
    }
    expect([await madeIn(door), await askedIn(door)]).toEqual([1, 0]);
  });
});

it("a page is to be shown after moments and a declined one is not waited for, whatever else a client says of its call", async () => {
  const waited: number[] = [];
  const door: Door = await open({
    changes: {
      changed: () => {},
      listen: (_execution_id, milliseconds) => {
        waited.push(milliseconds);
        let over = false;
        const wait = async () => {
          await door.settle();
          over = true;
        };
        return { isOver: () => over, wait, stop: () => {} };
      },
    },
  });
  const round = await rounds(door);
  const { requestState } = await round();
  expect(requestState).toBeDefined();
  await round({ requestState, inputResponses: DECLINED });
  await round({ requestState, inputResponses: ACCEPTED, _meta: { ...SURE, "buddy/wait_seconds": 3 } });
  await round({ arguments: { ...MAIL, subject: "Soon" }, _meta: { ...SURE, "buddy/wait_seconds": 1 } });
  expect(waited).toEqual([5_000, 0, 3_000, 1_000]);
});
