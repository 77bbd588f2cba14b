import { createServer } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addressGuard } from "../../../../functions/adapters/http/addresses.ts";
import type { ClientOptions } from "../../../../functions/adapters/http/connections.ts";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import type { OutgoingRequest } from "../../../../shared/ports/http.ts";
import { makeCertificate } from "../../../counterparts/certificate.ts";
import { type Crm, startCrm, WRITE_SECRET } from "../../../counterparts/crm.ts";
import { type RawAnswers, startRawAnswers } from "../../../counterparts/raw-answers.ts";

let crm: Crm;
beforeAll(async () => {
  crm = await startCrm({ c1: { stage: "new" } });
});
afterAll(() => crm.stop());
beforeEach(() => {
  crm.effects.length = 0;
  crm.requests.length = 0;
});

const options = (changes: Partial<ClientOptions> = {}): ClientOptions => ({
  allowed_hosts: [crm.host],
  networks: [],
  loopback: true,
  authorities: [crm.cert],
  ...changes,
});
const put = (changes: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: "PUT",
  url: `${crm.origin}/contacts/c1`,
  headers: { authorization: `Bearer ${WRITE_SECRET}`, "content-type": "application/json" },
  body: '{"stage":"won"}',
  hosts: [crm.host],
  ...changes,
});
const send = (request: OutgoingRequest, given = options(), timeout_ms = 5_000) =>
  guardedClient(given).send(request, { timeout_ms });

describe("a request through the guarded client", () => {
  it("a request is sent over TLS to a name whose certificate is checked, and answered as its content type says", async () => {
    expect(await send(put())).toEqual({
      kind: "answered",
      status: 200,
      body: { contact: { id: "c1", stage: "won" } },
    });
    expect(crm.effects).toEqual(['changed c1 {"stage":"won"}']);
    expect(crm.requests[0]?.headers).toMatchObject({ host: crm.host, "accept-encoding": "identity" });
  });

  it("the guarded client honours no proxy that the environment names", async () => {
    vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:9");
    vi.stubEnv("NODE_USE_ENV_PROXY", "1");
    expect(await send(put())).toMatchObject({ kind: "answered" });
    vi.unstubAllEnvs();
  });

  it.each<[string, () => OutgoingRequest, () => ClientOptions, string]>([
    [
      "a host that the contract does not name",
      () => put({ hosts: ["other.example.com"] }),
      options,
      "not among the hosts of the contract",
    ],
    [
      "a host that the deployment does not allow",
      put,
      () => options({ allowed_hosts: ["*.example.com"] }),
      "this deployment's tools may not reach",
    ],
    [
      "this machine by plain http unless a setting allows that",
      () => put({ url: `http://${crm.host}/` }),
      () => options({ loopback: false }),
      "by https only",
    ],
    [
      "this machine unless a setting allows that",
      put,
      () => options({ loopback: false }),
      "127.0.0.1 is not an address of the public internet",
    ],
    ["a certificate that nobody is told to trust", put, () => options({ authorities: [] }), "the connection failed: "],
    [
      "a certificate of another name",
      () => put({ url: "https://elsewhere.example.com:PORT/", hosts: ["elsewhere.example.com:PORT"] }),
      () => options({ networks: ["127.0.0.0/8"], resolve: async () => ["127.0.0.1"] }),
      "the connection failed: ERR_TLS_CERT_ALTNAME_INVALID",
    ],
    [
      "a name that nobody knows",
      put,
      () => options({ resolve: async () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" })) }),
      "cannot be resolved: ENOTFOUND",
    ],
    ["a name without an address", put, () => options({ resolve: async () => [] }), "has no address"],
    [
      "an address with credentials in it",
      () => put({ url: `https://ann:pw@${crm.host}/contacts/c1` }),
      options,
      "an address holds no credentials",
    ],
    [
      "this machine written as a number",
      () => put({ url: "https://2130706433/", hosts: ["2130706433"] }),
      () => options({ allowed_hosts: ["*"] }),
      "127.0.0.1 is not among the hosts of the contract",
    ],
    [
      "another port than the contract names",
      () => put({ url: "https://localhost/contacts/c1" }),
      options,
      "localhost is not among the hosts of the contract",
    ],
    [
      "a name one of whose addresses is private",
      put,
      () => options({ resolve: async () => ["127.0.0.1", "10.0.0.5"] }),
      "10.0.0.5 is not an address of the public internet",
    ],
  ])("a request is not sent to %s", async (_name, request, given, words) => {
    const port = crm.host.split(":")[1] ?? "";
    const { url, hosts, ...rest } = request();
    const asked = { ...rest, url: url.replace("PORT", port), hosts: hosts.map((host) => host.replace("PORT", port)) };
    const wide = { ...given() };
    const allowed = asked.hosts[0]?.startsWith("elsewhere") === true ? { allowed_hosts: asked.hosts } : {};
    const passing = words.includes("ENOTFOUND") ? { passing: true } : {};
    expect(await send(asked, { ...wide, ...allowed })).toEqual({
      kind: "not_sent",
      error: expect.stringContaining(words),
      ...passing,
    });
    expect(crm.requests).toEqual([]);
  });

  it("the guarded client asks for a name once, and connects to the very address that was looked at", async () => {
    const resolve = vi.fn(async () => ["127.0.0.1"]);
    resolve.mockResolvedValueOnce(["127.0.0.1"]).mockResolvedValue(["10.0.0.5"]);
    expect(await send(put(), options({ resolve }))).toMatchObject({ kind: "answered" });
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it("a request is not sent where nobody listens, nor where TLS is refused", async () => {
    const other = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const host = `localhost:${typeof address === "object" ? address?.port : ""}`;
    const asked = put({ url: `https://${host}/`, hosts: [host] });
    expect(await send(asked, options({ allowed_hosts: [host] }))).toMatchObject({ kind: "not_sent" });
    await new Promise((resolve) => other.close(resolve));
    expect(await send(asked, options({ allowed_hosts: [host] }))).toEqual({
      kind: "not_sent",
      error: "the connection failed: ECONNREFUSED",
      passing: true,
    });
  });

  it("the guarded client follows no redirect", async () => {
    crm.misbehave("redirect");
    expect(await send(put())).toMatchObject({ kind: "answered", status: 307 });
    expect([crm.requests.length, crm.effects]).toEqual([1, []]);
  });

  it.each([
    ["reset_before_acting", "the connection failed: ECONNRESET", { passing: true }],
    ["reset_in_the_body", "the connection failed: ECONNRESET", { passing: true }],
    ["broken_json", "its body is no JSON", {}],
    ["too_large", "more than 1048576 bytes", {}],
    ["too_large_compressed", "more than 1048576 bytes", {}],
    ["too_large_headers", "its headers have more than 16384 bytes", {}],
    ["odd_encoding", "its body is encoded as compress", {}],
    ["switching_protocols", "it answered 101, to speak another protocol", {}],
  ] as const)("a request is of unknown outcome after %s", async (how, words, passing) => {
    crm.misbehave(how);
    const error = expect.stringContaining(words);
    expect(await send(put())).toEqual({ kind: "unknown", timed_out: false, error, ...passing });
  });

  it("an answer with bytes that are no text says so in their place, and of a field that cannot be kept beside it", async () => {
    crm.misbehave("broken_text");
    expect(await send(put())).toEqual({
      kind: "answered",
      status: 200,
      body: { contact: { id: "[cut: bytes that are no text]", stage: "won" } },
      left_out: "bytes that are no text, a field named __proto__",
      inexact: ["/__proto__"],
    });
  });

  it("a request is answered by a body that comes byte by byte, once it is whole", async () => {
    crm.misbehave("trickling");
    expect(await send(put())).toEqual({
      kind: "answered",
      status: 200,
      body: { contact: { id: "c1", stage: "won" } },
    });
  });

  it.each(["silent_after_acting", "endless", "trickling_on"] as const)(
    "a request is of unknown outcome when no whole answer comes in time: %s",
    async (how) => {
      crm.misbehave(how);
      const over = new AbortController();
      const sent = guardedClient(options()).send(put(), { timeout_ms: 60_000, signal: over.signal });
      await vi.waitUntil(() => crm.effects.length === 1, { timeout: 30_000 });
      over.abort();
      expect(await sent).toMatchObject({ kind: "unknown", timed_out: true });
    },
  );

  it("a request is not sent when it was stopped before", async () => {
    const stopped = await guardedClient(options()).send(put(), { timeout_ms: 5_000, signal: AbortSignal.abort() });
    expect(stopped.kind).toBe("not_sent");
    expect(crm.effects).toEqual([]);
  });

  it("the guarded client says after how many seconds a service that is too busy wants to be asked again", async () => {
    crm.misbehave("too_many_requests");
    expect(await send(put())).toEqual({
      kind: "answered",
      status: 429,
      body: { error: "too many" },
      again_in_seconds: 30,
      passing: true,
    });
  });

  it("the guarded client shows what is neither text nor JSON in words", async () => {
    crm.misbehave("binary");
    expect(await send(put())).toMatchObject({ kind: "answered", body: "(4 bytes of image/png)" });
  });

  it("a host is checked against a certificate that was made for it: another one of the same name is refused", async () => {
    const other = makeCertificate();
    expect(await send(put(), options({ authorities: [other.cert] }))).toMatchObject({ kind: "not_sent" });
  });
});

describe("an answer of bytes", () => {
  let raw: RawAnswers;
  beforeAll(async () => {
    raw = await startRawAnswers();
  });
  afterAll(() => raw.stop());

  it.each([
    ["text/plain", Buffer.from("a\xff\xffb", "latin1"), "a[cut: bytes that are no text]b"],
    ["text/plain; charset=iso-8859-1", Buffer.from("\xfc", "latin1"), "ü"],
    ["application/json; charset=utf-16le", Buffer.from('{"a":"ü"}', "utf16le"), { a: "ü" }],
    ["application/json", Buffer.from('{"a":"\ufffd"}'), { a: "\ufffd" }],
    ["application/json", Buffer.from('{"id":1,"id":2}'), { id: 2 }],
  ])("an answer of bytes is text in its own encoding, and says where it is none: %s", async (type, bytes, body) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    raw.says(Buffer.concat([Buffer.from(head), bytes]), "closes");
    const request = { method: "GET", url: `${raw.origin}/x`, headers: {}, hosts: [raw.host] };
    const client = guardedClient(options({ allowed_hosts: [raw.host] }));
    expect(await client.send(request, { timeout_ms: 60_000 })).toMatchObject({ kind: "answered", body });
  });
});

describe("an answer that is not as it says", () => {
  let raw: RawAnswers;
  beforeAll(async () => {
    raw = await startRawAnswers();
  });
  afterAll(() => raw.stop());

  it.each<[string, Buffer, string]>([
    ["deflate", deflateRawSync("x"), "its body is not compressed as it says (Z_DATA_ERROR)"],
    ["br", Buffer.from([0xff, 0xff, 0xff]), "its body is not compressed as it says"],
    ["gzip", gzipSync("a long text").subarray(0, -4), "its compressed body broke off"],
  ])("an answer in %s that is none is told of as that, not of the connection", async (encoding, bytes, words) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    raw.says(Buffer.concat([Buffer.from(head), bytes]), "closes");
    const request = { method: "GET", url: `${raw.origin}/x`, headers: {}, hosts: [raw.host] };
    const answer = await guardedClient(options({ allowed_hosts: [raw.host] })).send(request, { timeout_ms: 60_000 });
    expect(answer).toMatchObject({ kind: "unknown", error: expect.stringContaining(words) });
  });
});

describe("an answer of a type that has json in its name", () => {
  let raw: RawAnswers;
  beforeAll(async () => {
    raw = await startRawAnswers();
  });
  afterAll(() => raw.stop());

  it.each([
    ["application/json", '{"a":1}', { a: 1 }],
    ["application/JSON;charset=utf-8", '{"a":1}', { a: 1 }],
    ["application/json-patch+json", '{"a":1}', { a: 1 }],
    ["application/vnd.api+json; version=1", '{"a":1}', { a: 1 }],
    ["application/json-seq", '\x1e{"a":1}\n', "(9 bytes of application/json-seq)"],
    ["application/jsonl", '{"a":1}\n{"a":2}\n', "(16 bytes of application/jsonl)"],
    ["text/json-lines", '{"a":1}\n', '{"a":1}\n'],
  ])("an answer of type %s is read as what that type is", async (type, text, body) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${text.length}\r\n\r\n`;
    raw.says(head + text, "closes");
    const request = { method: "GET", url: `${raw.origin}/x`, headers: {}, hosts: [raw.host] };
    const answer = await guardedClient(options({ allowed_hosts: [raw.host] })).send(request, { timeout_ms: 60_000 });
    expect(answer).toEqual({ kind: "answered", status: 200, body });
  });
});

describe("an answer that says it is compressed", () => {
  let raw: RawAnswers;
  beforeAll(async () => {
    raw = await startRawAnswers();
  });
  afterAll(() => raw.stop());

  const answerTo = async (method: string, head: string, body: Buffer | string = "") => {
    raw.says(Buffer.concat([Buffer.from(`HTTP/1.1 ${head}\r\n\r\n`), Buffer.from(body)]), "closes");
    const request = { method, url: `${raw.origin}/x`, headers: {}, hosts: [raw.host] };
    return guardedClient(options({ allowed_hosts: [raw.host] })).send(request, { timeout_ms: 60_000 });
  };

  it.each(
    ["gzip", "br", "deflate", "compress"].flatMap((encoding) =>
      [
        ["PUT", "204 No Content"],
        ["GET", "304 Not Modified"],
        ["HEAD", "200 OK\r\nContent-Length: 20"],
        ["PUT", "200 OK\r\nContent-Length: 0"],
        ["PUT", "200 OK"],
      ].map(([method = "", head = ""]) => ({ encoding, method, head })),
    ),
  )("an empty answer in $encoding to $method is read: $head", async ({ encoding, method, head }) => {
    const answer = await answerTo(method, `${head}\r\nContent-Encoding: ${encoding}`);
    expect(answer).toEqual({ kind: "answered", status: Number(head.slice(0, 3)), body: null });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ] as const)(
    "an answer in %s is read, and is of unknown outcome where it breaks off",
    async (encoding, compressed) => {
      const body = compressed(JSON.stringify({ note: "n".repeat(1_000) }));
      const head = `200 OK\r\nContent-Type: application/json\r\nContent-Encoding: ${encoding}`;
      const whole = await answerTo("PUT", head, body);
      expect(whole).toMatchObject({ kind: "answered", body: { note: "n".repeat(1_000) } });
      const length = `\r\nContent-Length: ${body.length}`;
      expect(await answerTo("PUT", head + length, body.subarray(0, 9))).toMatchObject({ kind: "unknown" });
      expect(await answerTo("PUT", head, body.subarray(0, 9))).toMatchObject({ kind: "unknown" });
      expect(await answerTo("PUT", head, "no such form")).toMatchObject({ kind: "unknown" });
    },
  );
});

describe("an address that tools may reach", () => {
  const guard = addressGuard({ networks: [], loopback: true });

  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.31.0.1",
    "192.168.1.1",
    "192.0.0.192",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "100.100.100.200",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:db8::1",
    "fec0::1",
    "100::1",
    "localhost",
    "",
  ])("an address that tools may reach is not %s", (address) => {
    expect(guard(address, false)).toBeDefined();
  });

  it.each(["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81c::200e"])(
    "tools reach the public address %s",
    (address) => {
      expect(guard(address, false)).toBeUndefined();
    },
  );

  it("an address that tools may reach may be of a network that a setting names, but never where credentials are had", () => {
    const named = addressGuard({ networks: ["10.20.0.0/16", "169.254.0.0/16", "fd12::/16"], loopback: false });
    expect(named("10.20.1.1", false)).toBeUndefined();
    expect(named("fd12::1", false)).toBeUndefined();
    expect(named("10.21.1.1", false)).toBeDefined();
    expect(named("169.254.169.254", false)).toBeDefined();
    expect(() => addressGuard({ networks: ["10.20.0.0"], loopback: false })).toThrow("10.20.0.0 is no network");
  });

  it("an address that tools may reach may be this machine's only for a host that means nothing else", () => {
    expect(guard("127.0.0.1", true)).toBeUndefined();
    expect(guard("127.0.0.1", false)).toBeDefined();
    expect(guard("10.0.0.1", true)).toBeDefined();
  });
});
