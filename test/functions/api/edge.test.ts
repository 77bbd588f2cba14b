import { describe, expect, it } from "vitest";
import { readEndpoints } from "../../../functions/api/read/endpoints.ts";
import { createRouter } from "../../../functions/api/router.ts";
import { routes } from "../../../infra/routes.ts";
import { SCOPES } from "../../../shared/scopes.ts";
import { as, harness, problemIn } from "./harness.ts";

describe("who may ask", () => {
  it.each([
    ["GET", "/executions", "read"],
    ["POST", "/executions", "executions:write"],
    ["POST", "/executions/x/rollback", "executions:operate"],
    ["POST", "/executions/x/resume", "executions:operate"],
    ["POST", "/approvals/x/decision", "approvals:decide"],
    ["POST", "/system/lock", "system:lock"],
    ["PUT", "/system/live", "system:lock"],
    ["PUT", "/contracts/x", "contracts:write"],
    ["GET", "/health", "read"],
  ] as const)("a request of %s %s needs a token with %s, and says so", async (method, path, scope) => {
    const h = await harness();
    const send = (caller: Parameters<typeof h.get>[1] | "nobody") => {
      if (caller === "nobody") return h.router.request(path, { method });
      if (method === "GET") return h.get(path, caller);
      return method === "POST" ? h.post(path, {}, caller) : h.put(path, {}, caller);
    };
    const unknown = await send("nobody");
    expect(unknown.status).toBe(401);
    expect(unknown.headers.get("www-authenticate")).toContain("Bearer");
    expect((await problemIn(unknown)).required_scope).toBe(scope);
    const others = SCOPES.filter((each) => each !== scope);
    const forbidden = await send(as("mallory", others));
    expect(forbidden.status).toBe(403);
    const refusal = await problemIn(forbidden);
    expect(refusal.required_scope).toBe(scope);
    expect(refusal.detail).toContain("mallory");
    const allowed = await send(as("mallory", [scope]));
    expect([401, 403]).not.toContain(allowed.status);
  });

  it("a token is not asked for where there is nothing to protect", async () => {
    const h = await harness();
    expect((await h.router.request("/livez")).status).toBe(200);
    expect((await h.router.request("/openapi.json")).status).toBe(200);
  });
});

describe("whatever comes", () => {
  const nested = `{"plans":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  it.each([
    ["nothing at all", "", 400],
    ["half a document", '{"plans": [', 400],
    ["nesting without end", nested, 400],
    [
      "numbers beyond reason",
      '{"plans": [{"plan_id": "p", "deadline_seconds": 1e999, "n": 123456789012345678901234567890}]}',
      400,
    ],
    ["a key twice", '{"plans": [], "plans": []}', 400],
    ["a prototype", '{"plans": [], "__proto__": {"admin": true}}', 400],
    ["a scalar", "42", 400],
    ["null", "null", 400],
    ["half a surrogate pair", '{"plans": [{"plan_id": "\\ud800"}]}', 400],
  ])("a body of %s is refused as a problem", async (_name, text, status) => {
    const h = await harness();
    for (const path of ["/executions", "/system/lock", "/approvals/decisions"]) {
      const response = await h.post(path, text);
      expect(response.status).toBe(status);
      expect((await problemIn(response)).violations?.length).toBeGreaterThan(0);
    }
    expect((await h.put("/contracts/x", text)).status).toBe(status);
    expect((await h.get("/system")).status).toBe(200);
  });

  it("bytes that are no UTF-8 are refused", async () => {
    const h = await harness();
    const response = await h.router.request("/executions", {
      method: "POST",
      headers: { authorization: "as alice executions:write", "content-type": "application/json" },
      body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    });
    expect(response.status).toBe(400);
  });

  it("a body that is packed is refused, and how it is to be sent is said", async () => {
    const h = await harness();
    const packed = (coding: string) => h.post("/executions", "{}", undefined, { "content-encoding": coding });
    for (const coding of ["gzip", "br", "gzip, identity"]) {
      const response = await packed(coding);
      expect(response.status).toBe(415);
      expect((await problemIn(response)).detail).toBe(`send the body as it is, without Content-Encoding ${coding}`);
    }
    expect((await packed("Identity")).status).toBe(400);
  });

  it("another type of body is refused, naming the one that is taken", async () => {
    const h = await harness();
    const response = await h.post("/executions", "plans=1", undefined, {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(response.status).toBe(415);
    expect((await problemIn(response)).detail).toContain("application/json");
  });

  it("a route that is not there is a 404 and a method that is not taken a 405 that names those that are", async () => {
    const h = await harness();
    const missing = await h.get("/nothing/here");
    expect(missing.status).toBe(404);
    await problemIn(missing);
    const wrong = await h.put("/executions", {});
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("GET, HEAD, POST");
    await problemIn(wrong);
  });

  it.each([
    "/executions/%E0%A4%A",
    "/executions/%00",
    "/executions/..%2F..",
    "/executions/%F0%9F%A7%AA",
    "/approvals/a%2Fb",
  ])("a path such as %s is refused as input or not found, and nothing worse", async (path) => {
    const h = await harness();
    const response = await h.get(path);
    expect([400, 404]).toContain(response.status);
    await problemIn(response);
  });

  it("an unknown query parameter, and a page mark that nobody gave out, are refused by their place", async () => {
    const h = await harness();
    const unknown = await problemIn(await h.get("/executions?limitt=3"));
    expect(unknown.violations?.[0]?.path).toBe("/query/limitt");
    for (const path of ["/executions", "/approvals", "/signals"]) {
      const mark = await h.get(`${path}?next=${Buffer.from("ä").toString("base64url")}!`);
      expect(mark.status).toBe(400);
      expect((await problemIn(mark)).violations?.[0]?.path).toBe("/query/next");
    }
  });

  it.each([
    "/executions?limit=1&limit=2",
    "/approvals?status=open&status=open",
    "/calls/01EX0001?wait=1&wait=2",
    "/openapi.json?a=1&wait=1&wait=2",
  ])("a query parameter that is given twice is refused by its place, whatever it says: %s", async (path) => {
    const h = await harness();
    const response = await h.get(path);
    if (path.startsWith("/openapi")) expect(response.status).toBe(200);
    else {
      expect(response.status).toBe(400);
      const { violations } = await problemIn(response);
      expect(violations).toEqual([
        {
          path: expect.stringMatching(/^\/query\/(limit|status|wait)$/),
          rule: "repeated_parameter",
          message: "is given 2 times; give it once",
        },
      ]);
    }
  });

  it("an error nobody expected is a 500 with a name for the logs and nothing from inside", async () => {
    const h = await harness();
    const failing = createRouter(
      {
        ...h.deps,
        executions: { ...h.deps.executions, get: () => Promise.reject(new Error("secret table arn:aws:x")) },
      },
      { identify: () => as("alice"), serves: readEndpoints },
    );
    const response = await failing.request("/executions/e1");
    expect(response.status).toBe(500);
    const refused = await problemIn(response);
    expect(JSON.stringify(refused)).not.toContain("secret");
    const line = h.logged.find(({ fields }) => fields.instance === refused.instance);
    expect(line?.fields.error_message).toBe("secret table arn:aws:x");
  });

  it("a group that a function does not serve has no routes there", async () => {
    const h = await harness();
    const reading = createRouter(h.deps, { identify: () => as("alice"), serves: readEndpoints });
    const headers = { "content-type": "application/json" };
    expect((await reading.request("/system/lock", { method: "POST", headers, body: "{}" })).status).toBe(404);
    expect((await reading.request("/system")).status).toBe(200);
    expect((await reading.request("/openapi.json")).status, "which one function answers").toBe(404);
  });
});

/** The document describes every route but its own, the page's files, and those that a door's protocol or Slack describes. */
const OF_OTHERS = /^GET \/(openapi\.json|console|\.well-known\/)|^POST \/slack\//;
const ROUTES = routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !OF_OTHERS.test(route));

describe("/openapi.json", () => {
  it("the document describes every route, refers to nothing that is not there, and names each operation's scope", async () => {
    const h = await harness();
    const document = JSON.parse(await (await h.router.request("/openapi.json")).text());
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.sort()).toEqual([...ROUTES].sort());
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? "");
    expect(references.length).toBeGreaterThan(30);
    for (const reference of references) {
      const target = reference
        .slice(2)
        .split("/")
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
      expect(target, reference).toBeDefined();
    }
    expect(document.paths["/system/lock"].post.security).toEqual([{ bearer: ["system:lock"] }]);
    expect(document.paths["/executions"].post.responses["202"]).toBeDefined();
  });
});
