import { BuddyError, BuddyUnreachable, connect, NoEffect, WithUndo, type WorkerTool } from "@buddy/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Answer = Response | Error;
const refused = () =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) });
const lost = () =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
const waiting = (more: object = {}) => ({
  outcome: "waiting",
  call_id: "c1",
  poll_after_seconds: 10,
  message: "waits",
  ...more,
});
const json = (body: object, status = 200) => new Response(JSON.stringify(body), { status });

type Gets = () => string | Promise<string>;

/** A server that answers in turn, asked with the tokens of a function; `asked` is what came. */
const answeringTo = (token: Gets, ...answers: Answer[]) => {
  const asked: { readonly url: string; readonly init: RequestInit | undefined; readonly at: number }[] = [];
  const began = Date.now();
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked.push({ url: String(url), init, at: Date.now() - began });
    const answer = answers.shift();
    if (answer === undefined) throw new Error("asked more often than it was meant to be");
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, buddy: connect({ url: "http://buddy.example/", agent: "a", token, fetch }) };
};
const answering = (...answers: Answer[]) => answeringTo(() => "t", ...answers);

/** Longer than anything here waits. Timers of other files in this process may repeat for ever, so not until none is left. */
const AN_HOUR_MS = 3_600_000;

/** The end of it, once every pause is over. */
const after = async <Value>(made: Promise<Value>): Promise<Value> => {
  const ended = made.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await vi.advanceTimersByTimeAsync(AN_HOUR_MS);
  const end = await ended;
  if ("error" in end) throw end.error;
  return end.value;
};

/** A request as it was sent: its key, its body, and for how long it is to be held. */
const sentIn = ({ init }: { readonly init: RequestInit | undefined }) => {
  const { wait_seconds, ...body } = JSON.parse(String(init?.body));
  return { key: new Headers(init?.headers).get("idempotency-key"), body, wait_seconds };
};

it("a call whose answer was lost is sent again under its key, to be held for the time that is left", async () => {
  const { asked, buddy } = answering(lost(), new Response("bad gateway", { status: 502 }), json({ outcome: "done" }));
  expect(await after(buddy.calls.make({ tool_name: "t" }))).toEqual({ outcome: "done" });
  const sent = asked.map(sentIn);
  expect(new Set(sent.map(({ key, body }) => JSON.stringify([key, body]))).size).toBe(1);
  expect(sent[0]?.key).not.toBeNull();
  for (const [place, { at }] of asked.entries()) expect(sent[place]?.wait_seconds).toBeCloseTo(20 - at / 1_000);
});

describe("a server that goes away while it holds the first request of a call", () => {
  const away = (times: number) => Array.from({ length: times }, refused);

  it("a server that goes away with a call is asked again for as long as there is time, and tells what came of it", async () => {
    const { asked, buddy } = answering(lost(), ...away(8), json({ outcome: "done" }));
    expect(await after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 120 }))).toEqual({ outcome: "done" });
    expect(new Set(asked.map(sentIn).map(({ key }) => key)).size).toBe(1);
  });

  it("a server that stays away once it may have a call leaves word that the call may have happened, and under which key it is found", async () => {
    const { asked, buddy } = answering(lost(), ...away(20));
    const made = after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 30, idempotencyKey: "k1" }));
    await expect(made).rejects.toMatchObject({
      name: "BuddyUnreachable",
      mayHaveHappened: true,
      idempotencyKey: "k1",
      message: expect.stringMatching(/ECONNRESET, then ECONNREFUSED.*under the idempotency key k1/),
    });
    expect(asked.at(-1)?.at).toBeGreaterThanOrEqual(30_000);
    expect(asked.length).toBeLessThan(12);
  });

  it("a server that turns the caller away once it may have a call leaves word that the call may have happened", async () => {
    const problem = { type: "urn:buddy:problem:unauthenticated", title: "", detail: "the token is over", status: 401 };
    const { buddy } = answering(lost(), json(problem, 401));
    await expect(after(buddy.calls.make({ tool_name: "t" }))).rejects.toMatchObject({
      ...{ name: "BuddyUnreachable", mayHaveHappened: true, cause: { status: 401 } },
      message: expect.stringContaining("the token is over"),
    });
  });

  it("a server that may have plans which were submitted leaves word of that, too", async () => {
    const { buddy } = answering(lost(), ...away(5));
    const submitted = after(buddy.plans.submit({ plans: [] }, { idempotencyKey: "k2" }));
    await expect(submitted).rejects.toMatchObject({ mayHaveHappened: true, idempotencyKey: "k2" });
  });

  it("a server that never was reached is not waited for, and nothing happened", async () => {
    const { asked, buddy } = answering(...away(6));
    const made = after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 600 }));
    await expect(made).rejects.toMatchObject({ name: "BuddyUnreachable", mayHaveHappened: false });
    expect(asked).toHaveLength(6);
  });

  it("a page that is not Buddy's is not waited for until it is, since the address may be wrong for ever", async () => {
    const pages = Array.from({ length: 6 }, () => new Response("<html></html>", { status: 200 }));
    const { asked, buddy } = answering(...pages);
    const made = after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: Number.POSITIVE_INFINITY }));
    await expect(made).rejects.toMatchObject({ name: "BuddyUnreachable", mayHaveHappened: true });
    expect(asked).toHaveLength(6);
  });
});

it("a page of something that stands before Buddy is no answer, whatever its status: what can be is sent again", async () => {
  const page = () => new Response("<html>be right back</html>", { status: 200 });
  const { asked, buddy } = answering(page(), json({ outcome: "done" }), page());
  expect(await after(buddy.calls.make({ tool_name: "t" }))).toEqual({ outcome: "done" });
  const decided = after(buddy.approvals.decide("ap-1", { decision: "approve", digest: "d" }));
  await expect(decided).rejects.toMatchObject({ name: "BuddyUnreachable", mayHaveHappened: true });
  expect(asked).toHaveLength(3);
});

/** A server that hands out one call of `note`, after whatever it answers before; everything is answered that is told of it. */
const handingOut = (
  deadline: number,
  before: readonly Response[] = [],
  {
    more = {},
    taking = () => 200,
    workerToken = "w",
  }: { readonly more?: object; readonly taking?: (said: unknown) => number; readonly workerToken?: string | Gets } = {},
) => {
  const told: unknown[] = [];
  const call = {
    ...{ call_id: "c1", tool_name: "note", rung: "call", side: "forward", arguments: {}, undo: null, undoes: null },
    ...{ idempotency_key: "k1", execution_id: "e1", agent_id: "a", deadline: new Date(deadline).toISOString() },
    ...more,
  };
  const next = [...before, json({ call })];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    if (String(url).endsWith("/outcome")) {
      const said: unknown = JSON.parse(String(init?.body));
      told.push(said);
      const status = taking(said);
      if (status !== 200) return json({ type: "urn:buddy:problem:x", title: "", detail: "not this", status }, status);
      return json({ call_id: "c1", recorded: "in_time", at: "" });
    }
    const answer = next.shift();
    if (answer !== undefined) return answer;
    if (JSON.parse(String(init?.body)).over === true) return json({ call: null });
    return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  };
  const buddy = connect({ url: "http://buddy.example/", workerToken, token: "t", fetch });
  return { told, buddy };
};

it("a call that comes to a worker after its time is not begun: people were told that it can happen no more", async () => {
  const { told, buddy } = handingOut(Date.now());
  let begun = 0;
  const worker = buddy.worker({ tools: { note: { call: () => ++begun } } });
  await vi.advanceTimersByTimeAsync(10);
  await worker.stop();
  expect(begun).toBe(0);
  expect(told).toEqual([{ outcome: "rejected", error: "it came too late to begin" }]);
});

it("a worker goes on after a page of something that stands before Buddy", async () => {
  const { told, buddy } = handingOut(Date.now() + 60_000, [new Response("<html></html>", { status: 200 })]);
  const worker = buddy.worker({ tools: { note: { call: () => "noted" } } });
  await vi.advanceTimersByTimeAsync(5_000);
  await worker.stop();
  expect(told).toEqual([{ outcome: "committed", output: "noted" }]);
});

const circle = (): object => {
  const one: { [name: string]: unknown } = { rows: 1 };
  one.self = one;
  return { one, again: { rows: 2 } };
};
const thrower = {
  get secret(): string {
    throw new Error("not for you");
  },
};
const throwing = (thrown: unknown) => () => {
  throw thrown;
};
const LEFT_OUT = "it was done; this is left out: ";

/** The outcome that a worker posts of one call of `note`. */
const toldOf = async (note: WorkerTool, rung = "call"): Promise<unknown> => {
  const { told, buddy } = handingOut(Date.now() + 60_000, [], { more: { rung } });
  const worker = buddy.worker({ tools: { note } });
  await vi.advanceTimersByTimeAsync(5_000);
  await worker.stop();
  expect(told).toHaveLength(1);
  return told[0];
};

describe("what a worker says of a call that returned", () => {
  it.each([
    ["a number of any size", { rows: 10n }, { rows: "10" }],
    [
      "what holds itself",
      circle(),
      { one: { rows: 1, self: "[cut: something that holds itself]" }, again: { rows: 2 } },
    ],
    ["the same thing twice", ((same) => [same, { same }])({ a: 1 }), [{ a: 1 }, { same: { a: 1 } }]],
    ["what cannot be read", thrower, { left_out: `${LEFT_OUT}not for you` }],
    ["nothing", undefined, null],
  ])("a worker says that a call was done, whatever its code gave: %s", async (_, given, output) => {
    expect(await toldOf({ call: () => given })).toEqual({ outcome: "committed", output });
    expect(await toldOf({ undo: () => given, call: () => 1 }, "undo")).toEqual({ outcome: "committed", output });
    const lookUp = () => ({ happened: true as const, output: given as never });
    expect(await toldOf({ lookUp, call: () => 1 }, "look_up")).toEqual({ outcome: "committed", output });
  });

  it("a worker says that a call was done whose undo data are none, and sends them on to be judged", async () => {
    const undone = async (undo: never) => toldOf({ call: () => new WithUndo("done", undo) });
    expect(await undone({ id: 7n } as never)).toEqual({ outcome: "committed", output: "done", undo: { id: "7" } });
    expect(await undone("was new" as never)).toEqual({ outcome: "committed", output: "done", undo: "was new" });
    expect(await undone(circle() as never)).toMatchObject({ output: "done", undo: expect.stringContaining(LEFT_OUT) });
  });

  it("a worker's preview that cannot be shown whole is none", async () => {
    const preview = () => circle() as never;
    expect(await toldOf({ preview, call: () => 1 }, "preview")).toMatchObject({ outcome: "rejected" });
  });

  it.each([
    ["an end in the middle of a character", `${"x".repeat(3_999)}\u{1f600} no such customer`, "x".repeat(3_999)],
    ["half a character", "cut \ud83d here", "cut \ufffd here"],
    ["no words", " ", "no reason was given"],
  ])("a worker says that a call had no effect, whatever the words are: %s", async (_, words, error) => {
    expect(await toldOf({ call: throwing(new NoEffect(words)) })).toEqual({ outcome: "rejected", error });
    const lookUp = () => ({ happened: false as const, why: words });
    expect(await toldOf({ lookUp, call: () => 1 }, "look_up")).toEqual({ outcome: "rejected", error });
  });

  it.each([
    [Object.create(null)],
    [Object.assign(new Error("x"), { message: Symbol("x") })],
    [Symbol("x")],
    [undefined],
  ])("a worker says that nobody knows of a call that threw what is no error: %#", async (thrown) => {
    expect(await toldOf({ call: throwing(thrown) })).toEqual({ outcome: "indeterminate", error: expect.any(String) });
  });

  it.each([400, 413])(
    "a worker whose words are not taken, with %d, says the outcome with less of them until it is taken",
    async (status) => {
      const said = async (call: () => unknown, taken: (said: string) => boolean) => {
        const taking = (each: unknown) => (taken(JSON.stringify(each)) ? 200 : status);
        const { told, buddy } = handingOut(Date.now() + 60_000, [], { taking });
        const problems: Error[] = [];
        const worker = buddy.worker({ tools: { note: { call } }, onProblem: (error) => problems.push(error) });
        await vi.advanceTimersByTimeAsync(5_000);
        await worker.stop();
        return { told, problems: problems.length };
      };
      const left_out = expect.stringContaining("not this");
      const [output, undo] = [{ a: "bad" }, { was: "bad" }];
      expect(
        await said(
          () => output,
          (text) => !text.includes("bad"),
        ),
      ).toEqual({
        told: [
          { outcome: "committed", output },
          { outcome: "committed", output: { left_out } },
        ],
        problems: 0,
      });
      expect(
        await said(
          () => new WithUndo(output, { was: "new" }),
          (text) => !text.includes("bad"),
        ),
      ).toMatchObject({
        told: [{}, { outcome: "committed", output: { left_out }, undo: { was: "new" } }],
      });
      expect(
        await said(
          () => new WithUndo(1, undo),
          (text) => !text.includes("bad"),
        ),
      ).toEqual({
        told: [
          { outcome: "committed", output: 1, undo },
          { outcome: "committed", output: { left_out }, undo },
          { outcome: "committed", output: { left_out } },
        ],
        problems: 0,
      });
      expect(await said(throwing(new NoEffect("bad")), (text) => !text.includes("bad"))).toEqual({
        told: [
          { outcome: "rejected", error: "bad" },
          { outcome: "rejected", error: left_out },
        ],
        problems: 0,
      });
      expect(
        await said(
          () => 1,
          () => false,
        ),
      ).toMatchObject({ told: [{}, {}], problems: 1 });
    },
  );
});

it("a decision whose answer was lost is not sent again: the error says that it may have happened", async () => {
  const { asked, buddy } = answering(lost());
  const decided = after(buddy.approvals.decide("ap-1", { decision: "approve", digest: "d" }));
  await expect(decided).rejects.toMatchObject({
    mayHaveHappened: true,
    message: expect.stringContaining("ECONNRESET"),
  });
  expect(asked).toHaveLength(1);
});

it("a decision that reached nobody is sent again, six times at most", async () => {
  const { asked, buddy } = answering(...Array.from({ length: 6 }, refused));
  const decided = after(buddy.approvals.decide("ap-1", { decision: "approve", digest: "d" }));
  await expect(decided).rejects.toBeInstanceOf(BuddyUnreachable);
  expect(asked).toHaveLength(6);
});

it("what is refused is not asked again", async () => {
  const problem = {
    type: "urn:buddy:problem:too-many",
    title: "",
    status: 429,
    detail: "many",
    retry_after_seconds: 30,
  };
  const { asked, buddy } = answering(json(problem, 429));
  const made = after(buddy.calls.make({ tool_name: "t" }));
  await expect(made).rejects.toMatchObject({ status: 429, kind: "too-many", remedy: "ask again after 30 s" });
  expect(asked).toHaveLength(1);
});

it("a server that does not hold the question is asked again when it says so, never in circles", async () => {
  const { asked, buddy } = answering(json(waiting()), json(waiting()), json(waiting()), json({ outcome: "done" }));
  expect(await after(buddy.calls.wait("c1", { withinSeconds: Number.POSITIVE_INFINITY }))).toEqual({ outcome: "done" });
  expect(asked.map(({ at }) => Math.round(at / 1_000))).toEqual([0, 10, 20, 30]);
});

it("a call is waited for as long as is said, and not longer", async () => {
  const { asked, buddy } = answering(...Array.from({ length: 4 }, () => json(waiting())));
  expect(await after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 15 }))).toEqual(waiting());
  expect(asked.map(({ at }) => Math.round(at / 1_000))).toEqual([0, 0, 10, 15]);
});

it("a plan is waited for while it runs, also where its last step has ended and nothing of it is published", async () => {
  const running = { status: "RUNNING", ended_at: "2026-01-31T12:00:00Z" };
  const { asked, buddy } = answering(json(running), json(running), json({ status: "SUCCEEDED" }));
  expect(await after(buddy.plans.wait("e1"))).toEqual({ status: "SUCCEEDED" });
  expect(asked.map(({ at }) => at)).toEqual([0, 500, 1_250]);
});

it("a plan that was seen to run is waited for while its server is away", async () => {
  const away = Array.from({ length: 9 }, refused);
  const { asked, buddy } = answering(json({ status: "RUNNING" }), ...away, json({ status: "SUCCEEDED" }));
  expect(await after(buddy.plans.wait("e1"))).toEqual({ status: "SUCCEEDED" });
  expect(asked).toHaveLength(11);
});

const throttled = () => json({ message: "Too Many Requests" }, 429);

describe("a gateway before Buddy that lets only so many pass", () => {
  it("a gateway turns a question about a call away, and the call is waited for all the same", async () => {
    const away = Array.from({ length: 9 }, throttled);
    const { asked, buddy } = answering(json(waiting()), ...away, json({ outcome: "done", output: 1 }));
    expect(await after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 600 }))).toMatchObject({ output: 1 });
    expect(asked).toHaveLength(11);
  });

  it("a gateway turns every question about a call away, and the call is told as waiting, which is what is known of it", async () => {
    const away = Array.from({ length: 200 }, throttled);
    const { asked, buddy } = answering(json(waiting()), ...away);
    expect(await after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 60 }))).toMatchObject({ call_id: "c1" });
    expect(asked.length).toBeLessThan(60);
  });

  it("a gateway turns away the question of a client that waits for a call by its id: at the end of its time the client is told that there is no answer", async () => {
    const { buddy } = answering(...Array.from({ length: 200 }, throttled));
    const waited = after(buddy.calls.wait("c1", { withinSeconds: 60 }));
    await expect(waited).rejects.toMatchObject({
      status: 429,
      detail: "what stands before Buddy says: Too Many Requests",
    });
  });

  it("a gateway turns a call away, which is sent again, and only then is it said that it was not taken", async () => {
    const { asked, buddy } = answering(...Array.from({ length: 6 }, throttled));
    await expect(after(buddy.calls.make({ tool_name: "t" }))).rejects.toMatchObject({
      name: "BuddyRefusal",
      status: 429,
    });
    expect(asked).toHaveLength(6);
  });

  it("a gateway turns a call away whose first sending may have arrived: nobody is told that it was not taken", async () => {
    const { buddy } = answering(lost(), ...Array.from({ length: 5 }, throttled));
    const made = after(buddy.calls.make({ tool_name: "t" }));
    await expect(made).rejects.toMatchObject({ name: "BuddyUnreachable", mayHaveHappened: true });
  });
});

it("a limit of Buddy's own is told at once, in its words", async () => {
  const problem = { type: "urn:buddy:problem:too-many", title: "", detail: "1,000 calls of a wait", status: 429 };
  const { asked, buddy } = answering(json(problem, 429));
  const made = after(buddy.calls.make({ tool_name: "t" }));
  await expect(made).rejects.toMatchObject({ kind: "too-many", detail: "1,000 calls of a wait" });
  expect(asked).toHaveLength(1);
});

it("a token that is over while a call waits is what the asker is told of, with the call that goes on, and one remedy", async () => {
  const detail = "the token has expired; get a new one";
  const problem = { type: "urn:buddy:problem:unauthenticated", title: "", detail, status: 401 };
  const { buddy } = answering(json(waiting()), json(problem, 401));
  const error = await after(buddy.calls.make({ tool_name: "t" })).catch((error) => error);
  expect(error).toMatchObject({ status: 401, taken: waiting() });
  expect(error.message).toContain("call c1 was taken before and goes on");
  expect(error.message.match(/get a new/g)).toHaveLength(1);
});

it.each([
  ["a worker", "work:<group>", "`buddy workers token <group>`"],
  ["an agent", "executions:write", "`buddy agents token <agent>`"],
  ["an agent or a person", "read", "an agent's on one machine; the issuer makes all others"],
  ["a person", "approvals:decide", "a person's is from the issuer"],
])("a token of %s that is over is told with where one of that kind comes from", async (_, required_scope, remedy) => {
  const detail = "the token has expired; get a new one";
  const problem = { type: "urn:buddy:problem:unauthenticated", title: "", detail, status: 401, required_scope };
  const { buddy } = answering(json(problem, 401));
  const error = await after(buddy.approvals.open("ap-1")).catch((error) => error);
  expect(error.remedy).toContain(remedy);
  // No other kind's command, whose token would be refused.
  const commands: string[] = error.remedy.match(/buddy [a-z]+ token/g) ?? [];
  expect(commands.every((command) => remedy.includes(command) || required_scope === "read")).toBe(true);
});

/** A function for tokens whose issuer is out of reach from one moment to another, in milliseconds from now. */
const issuing = (from: number, until = Number.POSITIVE_INFINITY) => {
  const began = Date.now();
  return () => {
    const at = Date.now() - began;
    if (at >= from && at < until) throw refused();
    return "t";
  };
};

describe("a function for tokens that fails", () => {
  it("a function for tokens that fails for a moment is asked again, and nobody hears of it", async () => {
    const { asked, buddy } = answeringTo(issuing(0, 3_000), json({ outcome: "done" }));
    expect(await after(buddy.calls.make({ tool_name: "t" }))).toEqual({ outcome: "done" });
    expect(asked).toHaveLength(1);
  });

  const broken = new TypeError("x is not a function");
  it.each<[string, Gets, object]>([
    ["throws", () => Promise.reject(broken), { why: "x is not a function", cause: broken }],
    ["cannot reach its issuer", issuing(0), { why: "ECONNREFUSED", cause: { message: "fetch failed" } }],
    ["gives nothing", (() => undefined) as never, { why: "what it gave is no token" }],
    ["gives a blank", () => " ", { why: "what it gave is no token" }],
    ["gives no answer", () => new Promise(() => {}), { why: "it took longer than 60 s" }],
  ])("a function for tokens that %s for ever is told as what it is, and nothing was sent", async (_, token, told) => {
    const { asked, buddy } = answeringTo(token);
    const error = await after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 600 })).catch((error) => error);
    expect(error).toBeInstanceOf(BuddyError);
    expect(error).toMatchObject({ name: "NoToken", taken: undefined, ...told });
    expect(error.message).toMatch(/function that gets the token/);
    expect(asked).toHaveLength(0);
  });

  it("a function for tokens that gives no answer holds nobody who gives the request up", async () => {
    const { buddy } = answeringTo(() => new Promise(() => {}));
    const given = new AbortController();
    const made = buddy.calls.make({ tool_name: "t" }, { signal: given.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    given.abort("enough");
    expect(await made).toBe("enough");
  });

  it("a call that waits is waited for while a function for tokens fails, and its end is told", async () => {
    const { asked, buddy } = answeringTo(
      issuing(1, 90_000),
      json(waiting()),
      json(waiting()),
      json({ outcome: "done" }),
    );
    expect(await after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 600 }))).toEqual({ outcome: "done" });
    expect(asked.map(({ at }) => at >= 90_000)).toEqual([false, false, true]);
  });

  it("a call that waits is named as taken where a function for tokens fails until its time is over", async () => {
    const { asked, buddy } = answeringTo(issuing(1), json(waiting()), json(waiting()));
    const error = await after(buddy.calls.make({ tool_name: "t" }, { withinSeconds: 40 })).catch((error) => error);
    expect(error).toMatchObject({ name: "NoToken", taken: waiting(), cause: { message: "fetch failed" } });
    expect(error.message).toContain("call c1 was taken before and goes on");
    expect(asked).toHaveLength(2);
  });

  it("a call whose sending broke off may have been taken, whatever a function for tokens does after that", async () => {
    const { buddy } = answeringTo(issuing(1), lost());
    const made = after(buddy.calls.make({ tool_name: "t" }, { idempotencyKey: "k1" }));
    const told = { name: "BuddyUnreachable", mayHaveHappened: true, idempotencyKey: "k1", cause: { name: "NoToken" } };
    await expect(made).rejects.toMatchObject(told);
  });

  it("a plan that was seen to run is waited for while a function for tokens fails", async () => {
    const { buddy } = answeringTo(issuing(1, 60_000), json({ status: "RUNNING" }), json({ status: "SUCCEEDED" }));
    expect(await after(buddy.plans.wait("e1"))).toEqual({ status: "SUCCEEDED" });
  });

  /** The answers of a worker whose tokens fail, and what its program was told. */
  const working = async (workerToken: Gets, seconds: number, code: () => unknown = () => "noted") => {
    const { told, buddy } = handingOut(Date.now() + 60_000, [], { workerToken });
    const problems: Error[] = [];
    const tools = { note: { call: code } };
    const worker = buddy.worker({ tools, onProblem: (error) => problems.push(error) });
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    const isOver = worker.over.aborted;
    await worker.stop();
    return { told, problems, isOver };
  };
  const noted = { outcome: "committed", output: "noted" };

  it("a worker whose function for tokens fails takes calls again once it does not, and its program is told once", async () => {
    const { told, problems, isOver } = await working(issuing(0, 30_000), 55);
    expect([told, isOver]).toEqual([[noted], false]);
    expect(problems).toMatchObject([{ name: "NoToken", cause: { message: "fetch failed" } }]);
  });

  it("a worker keeps what came of a call while its function for tokens fails, and says it then", async () => {
    let [began, calls] = [0, 0];
    const fails = () => {
      if (began > 0 && Date.now() - began < 30_000) throw refused();
      return "w";
    };
    const code = () => {
      [began, calls] = [Date.now(), calls + 1];
      return "noted";
    };
    const { told, problems, isOver } = await working(fails, 55, code);
    expect([told, calls, isOver]).toEqual([[noted], 1, false]);
    expect(problems).toMatchObject([{ name: "NoToken" }]);
  });
});
