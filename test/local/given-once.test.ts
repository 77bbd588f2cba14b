import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";

let server: RunningServer;
let data_dir: string;
let bearer: string;
beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "buddy-given-once-"));
  server = await startServer({ data_dir, port: 0, live_enabled: false, registry_open: true });
  bearer = `Bearer ${await mintToken(data_dir, { name: "ann", scopes: ["executions:write"], now: new Date() })}`;
});
afterAll(async () => {
  await server.stop();
  await rm(data_dir, { recursive: true, force: true });
});

/** The answer to a request whose headers are sent as lines of their own, one for each value. */
const asking = (headers: Readonly<Record<string, string | string[]>>): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const sent = { authorization: bearer, "content-type": "application/json", ...headers };
    const asked = request(`${server.url}/calls`, { method: "POST", headers: sent }, (answer) => {
      text(answer).then((body) => resolve(JSON.parse(body)), reject);
    });
    asked.on("error", reject);
    asked.end(JSON.stringify({ agent_id: "a", tool_name: "memory_search", arguments: { query: "ann" } }));
  });

describe("a header that is read once", () => {
  it.each([["a1", "a1"], ["a1", "b1", "c1"], ["one, other"]])(
    "an idempotency key that is given more than once is refused for that: %j",
    async (...keys) => {
      const times = Math.max(2, keys.length);
      const place = { path: "/header/Idempotency-Key", message: `is given ${times} times; give it once` };
      expect(await asking({ "idempotency-key": keys })).toMatchObject({ status: 400, violations: [place] });
    },
  );

  it("an idempotency key that is none is refused for what it is", async () => {
    const place = { message: "must have 1 to 255 visible ASCII characters" };
    expect(await asking({ "idempotency-key": "a b" })).toMatchObject({ violations: [place] });
  });

  it("a token that is given twice is not believed, for that reason", async () => {
    const detail = "the Authorization header is given 2 times; give it once";
    expect(await asking({ authorization: [bearer, bearer] })).toMatchObject({ status: 401, detail });
  });

  it.each([
    ["Content-Type", "application/json"],
    ["Content-Encoding", "identity"],
  ])("a %s that is given twice is refused for that", async (name, value) => {
    const detail = `${name} is given 2 times; give it once`;
    expect(await asking({ [name.toLowerCase()]: [value, value] })).toMatchObject({ status: 415, detail });
  });
});
