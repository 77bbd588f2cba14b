import { type CallReply, connect, type GovernOptions } from "@buddy/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gate } from "../src/govern/gate.ts";
import { OpenCalls } from "../src/govern/open-calls.ts";

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const json = (body: object, status = 200) => new Response(JSON.stringify(body), { status });
const waits = (call_id = "c1") => json({ outcome: "waiting", call_id, message: "It waits.", warnings: [] });
const done = (call_id = "c1") => json({ outcome: "done", call_id, mode: "LIVE", output: call_id, warnings: [] });
const problem = (status: number, path?: string) =>
  json(
    {
      ...{ type: "urn:buddy:problem:any", title: "", status, detail: "not now" },
      ...(path === undefined ? {} : { violations: [{ path, rule: "any", message: "is none" }] }),
    },
    status,
  );
const lost = (): never => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
};

type Answers = () => Response | Promise<Response>;

/** Tools `write` and `read` of a server that answers each call, and each question about one, as is said in turn. */
const governing = async (options: Partial<GovernOptions>) => {
  const sent: { readonly key: string | null; readonly goes_on_with?: string }[] = [];
  const calls: Answers[] = [];
  const questions: (() => Response)[] = [];
  const issuer = { isAway: false };
  const token = () => (issuer.isAway ? lost() : "t");
  const buddy = connect({
    ...{ url: "http://buddy.example", agent: "a", token },
    fetch: async (url, { method, body, headers, signal } = {}) => {
      const { pathname } = new URL(String(url));
      if (pathname.startsWith("/contracts/")) {
        const risk_level = pathname.endsWith("read") ? "LOW" : "MEDIUM";
        return json({ risk_level, resources: [], binding: { kind: "worker", group: "g" } });
      }
      if (pathname === "/work/next") return new Promise(() => {});
      if (method === "GET") return (questions.shift() ?? lost)();
      const { goes_on_with } = JSON.parse(String(body));
      sent.push({ key: new Headers(headers).get("idempotency-key"), goes_on_with });
      const gone = new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
      return Promise.race([(calls.shift() ?? lost)(), gone]);
    },
  });
  const tools = ["write", "read"].map((name) => ({ name, code: {}, tool: { call: () => null } }));
  const propose = await gate(tools, { buddy, onProblem: () => {}, ...options });
  /** The kind of word that a model is given of one call, once every pause is over. */
  const told = async (signal?: AbortSignal, id?: string, tool = "write") => {
    const settled = propose({ tool, arguments: { text: "blue" } }, { id, signal }).catch((error: unknown) => ({
      kind: error,
    }));
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    return (await settled).kind;
  };
  return { sent, calls, questions, told, issuer, buddy };
};

const outOfTime = (): AbortSignal => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("the tool took too long", "TimeoutError")), 1_000);
  return controller.signal;
};

describe("a call that a model was told waits", () => {
  it.each(["get", "wait"] as const)(
    "a call that a model was told waits is a new one when it is made again after its program asked for its end by %s",
    async (by) => {
      const { calls, questions, sent, told, buddy } = await governing({ waitSeconds: 0 });
      calls.push(
        () => waits(),
        () => waits("c2"),
      );
      expect(await told()).toBe("waiting");
      questions.push(() => waits());
      await buddy.calls.get("c1");
      questions.push(() => done());
      expect((await buddy.calls[by]("c1")).outcome).toBe("done");
      expect(await told()).toBe("waiting");
      expect(sent.map(({ goes_on_with }) => goes_on_with)).toEqual([undefined, undefined]);
      expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
      calls.push(() => done("c2"));
      expect(await told()).toBe("done");
      expect(sent[2]).toMatchObject({ goes_on_with: "c2" });
    },
  );

  it.each<[string, (asked: Awaited<ReturnType<typeof governing>>) => Promise<unknown>]>([
    [
      "as the last answer said",
      ({ calls, questions, told }) => {
        calls.push(() => waits());
        questions.push(() => waits());
        return told();
      },
    ],
    [
      "since its end's answer was lost",
      ({ calls, told }) => {
        calls.push(() => waits());
        return told();
      },
    ],
    [
      "since its token is over",
      ({ calls, questions, told }) => {
        calls.push(() => waits());
        questions.push(lost, () => problem(401));
        return told();
      },
    ],
    [
      "since its program has no token",
      async ({ calls, questions, told, issuer }) => {
        calls.push(() => waits());
        questions.push(() => {
          issuer.isAway = true;
          return lost();
        });
        const kind = await told();
        issuer.isAway = false;
        return kind;
      },
    ],
    [
      "since the time of its tool is over, and was known to before",
      async ({ calls, told }) => {
        calls.push(
          () => waits(),
          () => new Promise(() => {}),
        );
        await told();
        return told(outOfTime());
      },
    ],
  ])(
    "a call that a model was told waits, %s, is that call when it is made again, and a new one after its end",
    async (_, first) => {
      const asked = await governing({ waitSeconds: 25 });
      expect(await first(asked)).toBe("waiting");
      const before = asked.sent.length;
      asked.calls.push(
        () => done(),
        () => waits("c2"),
        () => done("c2"),
      );
      expect([await asked.told(), await asked.told(), await asked.told()]).toEqual(["done", "waiting", "done"]);
      const [again, other, another] = asked.sent.slice(before);
      expect([again, other, another]).toMatchObject([
        { goes_on_with: "c1" },
        { goes_on_with: undefined },
        { goes_on_with: "c2" },
      ]);
      expect(new Set(asked.sent.map(({ key }) => key)).size).toBe(asked.sent.length);
    },
  );

  it("a call that a model was told waits is that call whatever another model, who asked before, was told of its end", async () => {
    const { sent, calls, told } = await governing({ waitSeconds: 0 });
    const { promise: later, resolve } = Promise.withResolvers<Response>();
    calls.push(
      () => later,
      () => waits(),
      () => done(),
    );
    const other = told();
    expect(await told()).toBe("waiting");
    resolve(done());
    expect(await other).toBe("done");
    expect(await told()).toBe("done");
    expect(sent.at(-1)).toMatchObject({ goes_on_with: "c1" });
  });

  it("a call that a model was told waits is known under the framework's own id for each that goes on with it", async () => {
    const { sent, calls, told } = await governing({ waitSeconds: 0, conversation: "k" });
    calls.push(
      () => waits(),
      () => waits(),
      () => done(),
      () => done(),
    );
    for (const id of ["one", "two", "two"]) await told(undefined, id);
    await told(undefined, "one");
    expect(sent.map(({ goes_on_with }) => goes_on_with)).toEqual([undefined, "c1", "c1", undefined]);
    const [one, two, ...again] = sent.map(({ key }) => key);
    expect(again).toEqual([two, one]);
  });

  it("a read that a model was told waits is made anew", async () => {
    const { sent, calls, told } = await governing({ waitSeconds: 0 });
    calls.push(
      () => waits(),
      () => done(),
    );
    expect([await told(undefined, "1", "read"), await told(undefined, "2", "read")]).toEqual(["waiting", "done"]);
    expect(sent.at(-1)).toMatchObject({ goes_on_with: undefined });
  });

  it("a call that a model was told waits is a new one a day after it was last told that", async () => {
    const { sent, calls, told } = await governing({ waitSeconds: 0 });
    calls.push(
      () => waits(),
      () => waits(),
      () => done(),
    );
    await told();
    await vi.advanceTimersByTimeAsync(20 * HOUR_MS);
    await told();
    await vi.advanceTimersByTimeAsync(24 * HOUR_MS);
    await told();
    expect(sent.map(({ goes_on_with }) => goes_on_with)).toEqual([undefined, "c1", undefined]);
  });

  it("a call that a model was told waits, and that its server knows no more, is a new one", async () => {
    const { sent, calls, told } = await governing({ waitSeconds: 0 });
    calls.push(
      () => waits(),
      () => problem(400, "/goes_on_with"),
      () => waits("c2"),
    );
    expect([await told(), await told()]).toEqual(["waiting", "waiting"]);
    expect(sent.map(({ goes_on_with }) => goes_on_with)).toEqual([undefined, "c1", undefined]);
  });
});

it("calls whose end has not come are kept by the ten thousand at most, the last of them", () => {
  const open = new OpenCalls();
  const known: CallReply & { readonly outcome: "waiting" } = Object({ outcome: "waiting" });
  for (let place = 0; place < 10_001; place += 1) open.keep(`call ${place}`, { known });
  expect([open.get("call 0"), open.get("call 1"), open.get("call 10000")]).toEqual([undefined, { known }, { known }]);
});
