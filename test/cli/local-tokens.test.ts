import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { localTokens } from "../../cli/local-tokens.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { localKey } from "../../local/tokens.ts";
import { fakeContext } from "./fake-context.ts";

let folder: string;
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-proof-"));
  server = await startServer({ data_dir: folder, port: 0, live_enabled: false, registry_open: true });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A server of somebody else's on a port: it keeps what it is sent. */
const listeners: Server[] = [];
const listener = async (answer: (url: string) => Promise<string>) => {
  const seen: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization);
    void answer(request.url ?? "").then((body) => response.setHeader("content-type", "application/json").end(body));
  });
  listeners.push(other);
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, seen };
};
afterEach(async () => {
  for (const other of listeners.splice(0)) {
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  }
});

const buddy = async (endpoint: string, argv: readonly string[], data = folder) => {
  const fake = fakeContext({});
  const tokens: string[] = [];
  const fetchAndKeep: typeof globalThis.fetch = (url, init) => {
    const token = new Headers(init?.headers).get("authorization");
    if (token !== null) tokens.push(token.replace("Bearer ", ""));
    return globalThis.fetch(url, init);
  };
  const context = { ...fake.context, local: localPrograms, now: () => new Date(), fetch: fetchAndKeep };
  const code = await runBuddy(context, ["--endpoint", endpoint, "--data", data, ...argv]);
  return { code, err: fake.stderr(), out: fake.stdout(), tokens };
};

describe("a token of this machine", () => {
  it("a token of this machine lasts minutes, and allows what the command needs and nothing else", async () => {
    const scopesOf = async (...argv: string[]) => {
      const { tokens } = await buddy(server.url, argv);
      const claims = tokens.map((token) => decodeJwt(token));
      for (const { iat = 0, exp = Number.POSITIVE_INFINITY } of claims) expect(exp - iat).toBeLessThanOrEqual(600);
      return [...new Set(claims.map(({ scope }) => scope))];
    };
    expect(await scopesOf("status", "--as", "alice")).toEqual(["read"]);
    expect(await scopesOf("lock", "--everything", "--reason", "stop", "--as", "olga")).toContain("system:lock");
    expect(await scopesOf("unlock", "--everything", "--reason", "go", "--as", "omar")).toContain("system:lock");
    expect(await scopesOf("abort", "01NONE", "--reason", "enough")).toContain("executions:operate");
    for (const argv of [["rollback", "01NONE", "--reason", "r"], ["approvals"], ["contracts", "list"]]) {
      const scopes = await scopesOf(...argv);
      expect(scopes.length, argv.join(" ")).toBeGreaterThan(0);
      expect(scopes).not.toContain("contracts:write");
      expect(scopes).not.toContain("approvals:decide");
    }
  });

  it("a token of this machine is sent to no server that does not hold the key of the folder", async () => {
    const other = await listener(async () => JSON.stringify({ items: [], next: null, proof: "x" }));
    const asked = await buddy(other.url, ["status", "--as", "alice"]);
    expect(asked.code).toBe(EXIT.not_authorised);
    expect(asked.err).toContain("did not prove that it holds the key");
    expect(other.seen).toEqual([undefined]);
    expect(asked.tokens).toEqual([]);
  });

  it("a token of this machine is sent to nobody who passes the question on to the server that could answer it", async () => {
    const other = await listener(async (url) => (await fetch(`${server.url}${url}`)).text());
    const asked = await buddy(other.url, ["status", "--as", "alice"]);
    expect(asked.code).toBe(EXIT.not_authorised);
    expect(other.seen.filter((token) => token !== undefined)).toEqual([]);
  });

  it("a token of this machine is sent to no server of another folder", async () => {
    const another = await mkdtemp(join(tmpdir(), "buddy-another-"));
    try {
      await localKey(another);
      const asked = await buddy(server.url, ["status", "--as", "alice"], another);
      expect(asked.code).toBe(EXIT.not_authorised);
      expect(asked.tokens).toEqual([]);
    } finally {
      await rm(another, { recursive: true, force: true });
    }
  });

  it("a token of this machine is made for no address but the one that the local server listens on", async () => {
    const port = new URL(server.url).port;
    expect((await buddy(`http://localhost:${port}`, ["status", "--as", "alice"])).code).toBe(EXIT.ok);
    for (const host of ["[::1]", "127.0.0.2", "192.0.2.1", "buddy.example"]) {
      expect((await buddy(`http://${host}:${port}`, ["status", "--as", "alice"])).code).toBe(EXIT.usage);
    }
  });

  it("a token of this machine is made again before it ends, for a command that runs on", async () => {
    let now = Date.now();
    let made = 0;
    const fake = fakeContext({});
    const context = {
      ...fake.context,
      now: () => new Date(now),
      local: {
        ...fake.context.local,
        mintToken: async () => {
          made += 1;
          return { token: `t${made}`, seconds: 600 };
        },
      },
    };
    const tokens = localTokens(context, "http://127.0.0.1:1", folder);
    expect([await tokens("alice", "read"), await tokens("alice", "read")]).toEqual(["t1", "t1"]);
    expect(await tokens("alice", "system:lock")).toBe("t2");
    now += 540_000;
    expect(await tokens("alice", "read")).toBe("t3");
  });
});
