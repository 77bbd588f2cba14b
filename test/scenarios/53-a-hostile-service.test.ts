import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardedClient } from "../../functions/adapters/http/guarded-client.ts";
import { memorySecrets } from "../../functions/adapters/memory/secrets.ts";
import { abortExecution } from "../../functions/api/act/abort-execution.ts";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { wayOut } from "../../functions/tools/http/way-out.ts";
import { makeCertificate } from "../counterparts/certificate.ts";
import { READ_SECRET, WRITE_SECRET } from "../counterparts/crm.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { setFields } from "../functions/tools/http/crm-tools.ts";
import { ODD } from "../harness/odd-tools.ts";
import { statusOf, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body: string | Buffer };

const HONEST: Answer = { status: 200, body: '{"contact":{"id":"c1","stage":"new","note":null},"happened":true}' };
const stage = (text: string): Answer => ({ ...HONEST, body: `{"contact":{"id":"c1","stage":${text},"note":null}}` });

/** Bodies and headers as no service of anybody's sends them on purpose. */
const HOSTILE: Readonly<Record<string, Answer>> = {
  "twenty thousand levels": stage(`${"[".repeat(20_000)}${"]".repeat(20_000)}`),
  "a name of 200 KB": stage(`{${JSON.stringify("k".repeat(200_000))}:1}`),
  "100,000 elements": stage(`[${"1,".repeat(99_999)}1]`),
  "more than an answer may be": stage(JSON.stringify("x".repeat(2_000_000))),
  "numbers that are none": stage("[1e999,-1e999,-0,1e-400]"),
  "NaN, which is no JSON": stage("NaN"),
  "names of prototypes": stage('{"__proto__":{"stage":"won"},"constructor":{"prototype":1},"toString":null}'),
  "a field twice": { ...HONEST, body: '{"contact":{"id":"c1","stage":"new"},"contact":{"id":"c1","stage":"won"}}' },
  "halves of characters": stage('"\\ud83d \\ude00 \\u0000 \\u202e"'),
  "places and references": stage(
    '{"$from":"s1","path":"/x","$output":"/id","$arg":"/stage","$literal":1,"{contact_id}":"{stage}"}',
  ),
  "nothing at all": { status: 200, body: "" },
  "a text": { status: 200, headers: { "content-type": "text/html" }, body: "<h1>fine</h1>" },
  "no object": { status: 200, body: "null" },
  "bytes that are no text": { status: 200, body: Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x22]) },
  "a moment far away": { status: 429, headers: { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, body: "{}" },
  "a pause of no number": { status: 503, headers: { "retry-after": "1e300" }, body: "{}" },
  "a status that does not exist": { status: 799, body: "{}" },
};

/** Questions to the service: how a contact stands, to change one, and what became of a call. */
type Question = "read" | "change" | "look_up";
const FINE: Readonly<Record<Question, Answer>> = { read: HONEST, change: HONEST, look_up: HONEST };
let answers = FINE;
const questionOf = ({ method, url = "" }: IncomingMessage): Question => {
  if (method === "PUT") return "change";
  return url.startsWith("/calls/") ? "look_up" : "read";
};
const { key, cert } = makeCertificate();
const server = createServer({ key, cert }, (request, response) => {
  request.resume().on("end", () => {
    const { status, headers, body } = answers[questionOf(request)];
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  });
});
let host = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `localhost:${listeningPort(server)}`;
});
afterAll(() => server.close());

const start = async (): Promise<TestWorld> => {
  const crm = { host, origin: `https://${host}` };
  return startWorld({
    contracts: [setFields(crm), { ...ODD, tool_name: "calm_write" }],
    policy: { allowed_hosts: [host] },
    out: wayOut(
      guardedClient({ allowed_hosts: [host], networks: [], loopback: true, authorities: [cert] }),
      memorySecrets("read", { crm: READ_SECRET }),
      memorySecrets("write", { crm: WRITE_SECRET }),
      Date.now,
    ),
  });
};

const beside = {
  plans: [
    plan("p", [call("odd", "crm_set_fields", { contact_id: "c1", stage: "won" })]),
    plan("q", [call("calm", "calm_write", { n: 1 }, { agent: "a2" })]),
  ],
};

/** Where the hostile answer comes, and what else the service answers then. */
const MOMENTS = {
  "a preview": (hostile) => ({ rehearsed: { ...FINE, read: hostile }, acted: FINE, undone: FINE }),
  "the preview that is made again": (hostile) => ({ rehearsed: FINE, acted: { ...FINE, read: hostile }, undone: FINE }),
  "a call": (hostile) => ({ rehearsed: FINE, acted: { ...FINE, change: hostile }, undone: FINE }),
  "a look-up": (hostile) => ({
    rehearsed: FINE,
    acted: { ...FINE, change: { status: 502, body: "" }, look_up: hostile },
    undone: FINE,
  }),
  "an undo": (hostile) => ({
    rehearsed: FINE,
    acted: FINE,
    undone: { read: stage('"won"'), change: hostile, look_up: hostile },
  }),
  "what an undo looks at": (hostile) => ({ rehearsed: FINE, acted: FINE, undone: { ...FINE, read: hostile } }),
} as const satisfies Record<
  string,
  (hostile: Answer) => Readonly<Record<"rehearsed" | "acted" | "undone", Readonly<Record<Question, Answer>>>>
>;

/** A day is longer than anything that goes on by itself, and shorter than a person is waited for. */
const A_DAY = 86_400;

describe.each(Object.entries(MOMENTS))("a service whose answer to %s is hostile", (_when, moment) => {
  it.each(Object.entries(HOSTILE))(
    "a hostile service holds up nobody else; the step ends or a person is asked, an abort leaves nothing under way: %s",
    async (_what, hostile) => {
      const { rehearsed, acted, undone } = moment(hostile);
      answers = rehearsed;
      const world = await start();
      const id = await submit(world, beside);
      await world.rest(A_DAY);
      answers = acted;
      for (const { step_id, kind } of await openRequests(world, id)) {
        if (kind === "approve") await approve(world, id, step_id);
      }
      await world.rest(A_DAY);
      expect((await stepOf(world, id, "calm")).ending).toBe("live");
      answers = undone;
      if ((await stepOf(world, id, "odd")).committed) {
        await rollBackExecution(world.deps)(id, { by: "olga", reason: "?" }, null);
        await world.rest(A_DAY);
      }
      const asked = async () => (await openRequests(world, id)).map(({ kind }) => kind);
      const ended = async () => (await statusOf(world, id)) !== "RUNNING";
      expect((await ended()) || (await asked()).length > 0).toBe(true);
      await abortExecution(world.deps)(id, { by: "olga", reason: "enough" });
      await world.rest(A_DAY);
      // A person is asked about what may have happened, also after an abort.
      expect((await ended()) || (await asked()).every((kind) => kind !== "approve")).toBe(true);
      expect(await world.deps.inFlightCalls.all()).toEqual([]);
    },
  );
});
