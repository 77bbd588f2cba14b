import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import { wayOut } from "../../../../functions/tools/http/way-out.ts";
import { dryRunToolbox, liveToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { listeningPort } from "../../../counterparts/listening-port.ts";
import { liveCall, toolCall } from "../../../ports/tool-adapter.ts";
import { createContact, defined, setFields } from "./crm-tools.ts";

/** A service that writes its numbers in digits of its own. */
let shown = "";
let stage = '"new"';
const sent: string[] = [];
const service = createServer(async (request, answer) => {
  const body = await text(request);
  sent.push(`${request.method} ${request.url} ${body}`.trim());
  if (request.method === "PUT") stage = JSON.stringify(JSON.parse(body).stage);
  answer.writeHead(200, { "content-type": "application/json" }).end(shown.replace("STAGE", stage));
});
await new Promise<void>((listening) => service.listen(0, "127.0.0.1", listening));
afterAll(() => new Promise((stopped) => service.close(stopped)));
beforeEach(() => {
  stage = '"new"';
  sent.length = 0;
});

const host = `localhost:${listeningPort(service)}`;
const place = { host, origin: `http://${host}` };
const http = wayOut(
  guardedClient({ allowed_hosts: [host], networks: [], loopback: true }),
  memorySecrets("read", { crm: "text-to-read" }),
  memorySecrets("write", { crm: "text-to-write" }),
  Date.now,
);

const bound = (contract: JsonObject, change: JsonObject): JsonObject => {
  const auth = { as: "bearer", secret: "crm" };
  const made = JSON.parse(JSON.stringify(contract.binding), (key, value) => (key === "auth" ? auth : value));
  return { ...contract, binding: { ...made, ...change } };
};

const start = (contract: JsonObject, args: JsonObject) => {
  const call = liveCall(toolCall(defined(contract), args), "key_1");
  return {
    call,
    dryRun: dryRunToolbox(memoryWorld(), { ways: { http } }).adapterFor(call.contract),
    live: liveToolbox(memoryWorld(), { ways: { http } }).adapterFor(call.contract),
  };
};

const url = `${place.origin}/contacts/{contact_id}`;
const WON = { contact_id: "c1", stage: "won" };
const setting = (undo: JsonObject = { stage: { $old: "/contact/stage" }, note: { $old: "/contact/note" } }) =>
  start(bound(setFields(place), { undo: { method: "PUT", url, body: undo } }), WON);

const INEXACT = [
  ["a number of more digits than are kept", "9007199254740993"],
  ["a number beyond all that are kept", "1e400"],
  ["an amount of more digits than are kept", "12345678901234567.89"],
  ["a part of one with more digits than are kept", "0.12345678901234567891"],
  ["a list with such a number", '[1,{"a":0.12345678901234567891}]'],
  ["a record whose field is left out", '{"a":1,"__proto__":{"x":1}}'],
] as const;

describe("a number that an undo would put back", () => {
  it.each(INEXACT)(
    "a number that an undo would put back is refused before anybody is asked, and nothing sent, where it is %s",
    async (_, note) => {
      shown = `{"contact":{"stage":STAGE,"note":${note}}}`;
      const { call, dryRun, live } = setting();
      const why = `it could not be undone: /contact/note of ${place.origin}/contacts/c1 cannot be put back exactly`;
      const { preview, prepareUndo } = dryRun;
      for (const ask of [preview, prepareUndo, live.prepareUndo]) {
        await expect(ask(call)).rejects.toThrow(why);
      }
      const whole = setting({ contact: { $old: "/contact" } });
      await expect(whole.live.prepareUndo(whole.call)).rejects.toThrow("/contact of");
      expect(sent.every((each) => each.startsWith("GET"))).toBe(true);
    },
  );

  it.each([
    ["a record whose field is left out", '{"a":1,"__proto__":{"x":1}}'],
    ["a list with one of them", '[{"b":{"__proto__":1}}]'],
    ["a record with two names that are one here", '{"\\ud800":1,"\\ud801":2}'],
  ])("a value is not shown to an approver as whole where it is %s, though nothing is to be undone", async (_, note) => {
    shown = `{"contact":{"stage":STAGE,"note":${note}}}`;
    const { undo: _undo, ...binding } = Object(setFields(place).binding);
    const contract = { ...setFields(place), binding, compensation: "none", reversible: false };
    const { call, dryRun } = start(bound(contract, {}), { ...WON, note: "another" });
    const words = `note of ${place.origin}/contacts/c1 cannot be shown whole`;
    await expect(dryRun.preview(call)).rejects.toThrow(words);
    const beside = start(bound(contract, {}), WON);
    expect((await beside.dryRun.preview(beside.call)).changes).toMatchObject([{ field: "stage", old: "new" }]);
  });

  it.each(INEXACT)("a number beside what an undo puts back hinders no call, where it is %s", async (_, note) => {
    shown = `{"contact":{"stage":STAGE,"note":${note}},"total":${note}}`;
    const { call, live } = setting({ stage: { $old: "/contact/stage" } });
    const undo = (await live.prepareUndo(call)) ?? {};
    expect((await live.call(call)).kind).toBe("committed");
    expect((await live.compensate(liveCall(call, "key_2"), undo)).kind).toBe("committed");
    expect(sent.at(-1)).toBe('PUT /contacts/c1 {"stage":"new"}');
  });

  it("a number that an undo puts back is written with its digits where a number here holds it", async () => {
    shown = '{"contact":{"stage":STAGE,"note":[9007199254740991,0.1,1.50,1e3]}}';
    const { call, live } = setting();
    const undo = (await live.prepareUndo(call)) ?? {};
    await live.call(call);
    expect((await live.compensate(liveCall(call, "key_2"), undo)).kind).toBe("committed");
    expect(sent.at(-1)).toBe('PUT /contacts/c1 {"stage":"new","note":[9007199254740991,0.1,1.5,1000]}');
  });

  it.each(INEXACT)(
    "a number that somebody has written since beside what is undone is not written over, where it is %s",
    async (_, note) => {
      shown = '{"contact":{"stage":STAGE,"note":1}}';
      const { call, live } = setting();
      const undo = (await live.prepareUndo(call)) ?? {};
      await live.call(call);
      shown = `{"contact":{"stage":STAGE,"note":${note}}}`;
      expect(await live.compensate(liveCall(call, "key_2"), undo)).toEqual({
        kind: "rejected",
        error: expect.stringContaining("not undone: /contact/note of"),
      });
      expect(stage).toBe('"won"');
    },
  );

  const making = (undo: JsonObject) => {
    const request = { method: "GET", url: `${place.origin}/contacts/{$output/id}` };
    const only_when = { request, still: { path: "/contact/stage", equals: { $arg: "/stage" } } };
    return start(bound(createContact(place), { undo: { only_when, ...undo } }), { stage: "new" });
  };
  const undone = async ({ call, live }: ReturnType<typeof making>) => {
    const made = await live.call(call);
    if (made.kind !== "committed") throw new Error(made.error);
    told = made.not_undoable;
    sent.length = 0;
    return live.compensate(liveCall(call, "key_2"), { old: {}, output: null, fields: [], ...made.undo });
  };

  let told: string | undefined;
  it("a number that a call answered goes into the address of its undo with all its digits", async () => {
    shown = '{"contact":{"id":9007199254740993,"stage":STAGE}}';
    const removed = await undone(making({ method: "DELETE", url: `${place.origin}/contacts/{$output/id}` }));
    expect(removed.kind).toBe("committed");
    const at = "/contacts/9007199254740993";
    expect([told, sent]).toEqual([undefined, [`GET ${at}`, `DELETE ${at}`]]);
  });

  it("a number that a call answered is not sent as a text in the body of its undo: nothing is sent, and a person is asked", async () => {
    shown = '{"contact":{"id":9007199254740993,"stage":STAGE}}';
    const body = { id: { $output: "/id" } };
    expect(await undone(making({ method: "POST", url: `${place.origin}/removals`, body }))).toEqual({
      kind: "rejected",
      error: expect.stringContaining("not undone: /id of what the call answered cannot be put back exactly"),
    });
    expect([told, sent]).toEqual([expect.stringContaining("/id of what the call answered"), []]);
  });

  it("a number that a call answered does not lead its undo to another record, rounded", async () => {
    shown = '{"contact":{"id":1234567890.123456789,"stage":STAGE}}';
    const removed = await undone(making({ method: "DELETE", url: `${place.origin}/contacts/{$output/id}` }));
    expect([removed.kind, sent]).toEqual(["rejected", []]);
  });
});
