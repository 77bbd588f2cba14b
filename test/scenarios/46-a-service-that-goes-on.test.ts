import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { McpClient } from "../../shared/ports/mcp.ts";
import { startContacts } from "../counterparts/mcp-over-http.ts";
import { onLoopback, overHttp, setContact, setContactByKey, wayTo } from "../functions/tools/mcp/contact-tools.ts";
import { standing, statusOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const server = await startContacts();
const way = wayTo(overHttp(server.url), onLoopback(server.host));
afterAll(async () => {
  await way.stop();
  await server.stop();
});
beforeEach(server.fresh);

type Sent = Parameters<McpClient["call"]>;

/** The first change loses its connection at once, and the server comes to it when the test says so; `meets` the others until then. */
const losing = (meets: (...sent: Sent) => ReturnType<McpClient["call"]> = way.client.call) => {
  let kept: Sent | undefined;
  let done = false;
  const client: McpClient = {
    ...way.client,
    call: async (...sent) => {
      if (sent[1].tool !== "set_contact" || done) return way.client.call(...sent);
      if (kept !== undefined) return meets(...sent);
      kept = sent;
      return { kind: "unknown", error: "the connection ended", timed_out: false };
    },
  };
  const act = async (): Promise<void> => {
    done = true;
    if (kept === undefined) throw new Error("nothing was sent");
    await way.client.call(...kept);
  };
  return { mcp: { ...way, client }, act };
};

const set = (tool: string) => ({ plans: [plan("p1", [call("s1", tool, { contact_id: "c1", stage: "won" })])] });

describe("a service that goes on with a call whose connection broke, for as long as the contract gives it", () => {
  it("a service that goes on after its connection broke is not taken to have done nothing before its time is over", async () => {
    const { mcp, act } = losing();
    const world = await startWorld({ mcp, contracts: [setContact()] });
    const id = await submit(world, set("contacts_set"));
    await approve(world, id, "s1");
    await world.pass(6);
    expect(server.calls.map(({ tool }) => tool)).toContain("find_call");
    expect(await statusOf(world, id)).toBe("RUNNING");
    await act();
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    expect(server.effects).toEqual(['changed c1 {"stage":"won"}']);
  });

  it("a call whose service has done nothing when its time is over failed without effect", async () => {
    const { mcp } = losing();
    const world = await startWorld({ mcp, contracts: [setContact()] });
    const id = await submit(world, set("contacts_set"));
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect(server.effects).toEqual([]);
  });

  it("a service that goes on is sent the key again while it refuses that: the refusal is not what came of the call", async () => {
    const { mcp, act } = losing(async () => ({ kind: "refused", error: "it is being done" }));
    const world = await startWorld({ mcp, contracts: [setContactByKey()] });
    const id = await submit(world, set("contacts_set_by_key"));
    await approve(world, id, "s1");
    await world.pass(6);
    expect(await statusOf(world, id)).toBe("RUNNING");
    await act();
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    expect(server.effects).toEqual(['changed c1 {"stage":"won"}']);
  });
});
