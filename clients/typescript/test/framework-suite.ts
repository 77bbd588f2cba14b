import { type Buddy, BuddyRefusal, BuddyUnreachable, type CallReply, type GovernOptions, NoToken } from "@buddy/client";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Served } from "./served.ts";

/** A call as a model proposes it. */
export type Asked = { readonly id: string; readonly tool: string; readonly arguments: object };

/** The words by which a model is told of a call. */
export type Said = { readonly error: boolean; readonly text: string };

export type SuiteTool = {
  readonly name: string;
  readonly input: z.ZodObject;
  readonly code: (args: { readonly text?: unknown }, id: string) => unknown;
};

export type Run = {
  readonly tools: readonly SuiteTool[];
  readonly options: GovernOptions;
  /** The model: what it proposes next, or says last, by everything that it was told of its calls so far. */
  readonly next: (told: readonly Said[]) => readonly Asked[] | string;
};

/** One agent of a framework, run until its model says something; `streamed`: by what the framework tells as it goes. */
export type Framework = { readonly run: (run: Run) => Promise<string>; readonly streamed?: boolean };

const add = (id: string, text: string): Asked => ({ id, tool: "note_add", arguments: { text } });

/** The tools' code, and the notes that it wrote: the counterpart that counts effects. */
export const notebook = () => {
  const notes: string[] = [];
  const tools: SuiteTool[] = [
    {
      name: "note_add",
      input: z.object({ text: z.string() }),
      code: ({ text }) => {
        notes.push(String(text));
        return { notes: notes.length };
      },
    },
    { name: "note_list", input: z.object({}), code: () => ({ titles: ["first"] }) },
  ];
  return { notes, tools };
};

const FOREVER = Number.POSITIVE_INFINITY;

/** The same, of which the first call is taken and its answer lost; `keys`: under which each call was sent. */
const losingFirst = (buddy: Buddy): { readonly buddy: Buddy; readonly keys: (string | undefined)[] } => {
  const keys: (string | undefined)[] = [];
  const make: Buddy["calls"]["make"] = async (call, how) => {
    keys.push(how?.idempotencyKey);
    if (keys.length > 1) return buddy.calls.make(call, how);
    await buddy.calls.make(call, { ...how, withinSeconds: 0 });
    throw new BuddyUnreachable("http://buddy.example", "ECONNRESET", { mayHaveHappened: true });
  };
  return { buddy: { ...buddy, calls: { ...buddy.calls, make } }, keys };
};

/**
 * The same, of whose first call the end is told and lost: it is told as waiting, which is the last that is known of it.
 * `lost`: a connection that hears it in its place.
 */
const losingTheEnd = (buddy: Buddy, lost: Buddy): Buddy => {
  let times = 0;
  const make: Buddy["calls"]["make"] = async (call, how) => {
    times += 1;
    if (times > 1) return buddy.calls.make(call, how);
    const taken = await buddy.calls.make(call, { ...how, withinSeconds: 0 });
    await lost.calls.wait(taken.call_id, { withinSeconds: FOREVER });
    return taken;
  };
  return { ...buddy, calls: { ...buddy.calls, make } };
};

/** Ends the waiting for a call: with the call where it was known to be taken. */
type Failing = (beside: { readonly taken?: CallReply }) => Error;

const over: Failing = (beside) => {
  const detail = "the token has expired; get a new one";
  return new BuddyRefusal({ type: "urn:buddy:problem:unauthenticated", title: "", detail, status: 401 }, beside);
};
const notGiven: Failing = (beside) => new NoToken("ECONNREFUSED", beside);

/** The same, whose token fails while the first call waits, fails still at the second, and is a new one then. */
const losingItsToken = (buddy: Buddy, failing: Failing): Buddy => {
  let times = 0;
  const make: Buddy["calls"]["make"] = async (call, how) => {
    times += 1;
    if (times === 1) throw failing({ taken: await buddy.calls.make(call, { ...how, withinSeconds: 0 }) });
    if (times === 2) throw failing({});
    return buddy.calls.make(call, how);
  };
  return { ...buddy, calls: { ...buddy.calls, make } };
};

/** The adapter of any framework does this, with the framework itself, a model that is played, and a real server. */
export const itGoverns = (server: Served, { run, streamed = false }: Framework): void => {
  // Agents of their own, since a server counts what each was asked about.
  const named = streamed ? "s" : "f";
  const optionsOf = async (
    agent: string,
    waitSeconds: NonNullable<GovernOptions["waitSeconds"]>,
    more: Partial<GovernOptions> = {},
  ) => ({
    buddy: await server.buddy(agent),
    waitSeconds,
    confidence: 0.95,
    ...more,
  });

  describe(`an agent whose calls are governed${streamed ? ", and that is told as it goes" : ""}`, () => {
    it("a governed agent gets the output of its own code once a person said yes, and it ran once", async () => {
      const { notes, tools } = notebook();
      const told: Said[] = [];
      const ran = run({
        tools,
        options: await optionsOf(`${named}1`, FOREVER),
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [add("c1", "the blue one")] : "done";
        },
      });
      await server.decide(`${named}1`, "approve");
      expect(await ran).toBe("done");
      expect(told).toEqual([{ error: false, text: '{"notes":1}' }]);
      expect(notes).toEqual(["the blue one"]);
    });

    it("a governed agent is told the reason of a no in words; the call is neither run nor proposed to people again", async () => {
      const { notes, tools } = notebook();
      const told: Said[] = [];
      const stubborn = run({
        tools,
        options: await optionsOf(`${named}2`, FOREVER),
        next: (said) => {
          told.splice(0, told.length, ...said);
          // A model that does not listen at first.
          return said.length < 2 ? [add(`c${said.length}`, "the blue one")] : "I will not ask again";
        },
      });
      await server.decide(`${named}2`, "reject", "he wants the red one");
      expect(await stubborn).toBe("I will not ask again");
      expect(told).toHaveLength(2);
      for (const { text } of told) {
        expect(text).toContain("he wants the red one");
        expect(text).toContain("Do not make this call again");
        expect(text).not.toMatch(/fix your mistakes/i);
      }
      expect(notes).toEqual([]);
      expect(await server.requests(`${named}2`)).toBe(1);
    });

    it("a governed agent with two calls in one turn gets the one, and is told that the other waits", async () => {
      const { notes, tools } = notebook();
      const told: Said[] = [];
      const said = await run({
        tools,
        options: await optionsOf(`${named}3`, ({ tool }) => (tool === "note_add" ? 0 : FOREVER)),
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [add("c1", "one"), { id: "c2", tool: "note_list", arguments: {} }] : "later";
        },
      });
      expect(said).toBe("later");
      expect(told).toHaveLength(2);
      expect(told[0]?.text).toContain("the same call again waits for the same outcome and is not made twice");
      expect(told[1]?.text).toContain("first");
      expect(notes).toEqual([]);
      await server.decide(`${named}3`, "reject", "not needed any more");
    });

    it("a governed agent whose process ends while a call waits goes on in another: attached, asked once, done once", async () => {
      const first = notebook();
      const options = await optionsOf(`${named}4`, 0);
      const next: Run["next"] = (said) => (said.length === 0 ? [add("c1", "the blue one")] : "it waits");
      expect(await run({ tools: first.tools, options, next })).toBe("it waits");
      await server.asked(`${named}4`);
      await options.buddy.close();

      const second = notebook();
      const told: Said[] = [];
      const ran = run({
        tools: second.tools,
        options: await optionsOf(`${named}4`, FOREVER),
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [add("c9", "the blue one")] : "done";
        },
      });
      await server.decide(`${named}4`, "approve");
      expect(await ran).toBe("done");
      expect(told).toEqual([
        { error: false, text: expect.stringMatching(/\{"notes":1\}.*the same call was asked for/s) },
      ]);
      expect([first.notes, second.notes]).toEqual([[], ["the blue one"]]);
      expect(await server.requests(`${named}4`)).toBe(1);
    });

    it("a governed agent whose call may have been taken is told that, not to mend it; the same call again is that call", async () => {
      const { notes, tools } = notebook();
      const told: Said[] = [];
      const problems: Error[] = [];
      let reasons = 0;
      const options = await optionsOf(`${named}7`, FOREVER, {
        onProblem: (error) => problems.push(error),
        // Said anew each time, as by a model that is asked for it.
        rationale: () => `reason ${++reasons}`,
      });
      const { buddy, keys } = losingFirst(options.buddy);
      const ran = run({
        tools,
        options: { ...options, buddy },
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length < 2 ? [add(`c${said.length}`, "the blue one")] : "done";
        },
      });
      await server.decide(`${named}7`, "approve");
      expect(await ran).toBe("done");
      expect(told.map(({ text }) => text)).toEqual([
        expect.stringMatching(/may still be made.*the same call again.*is not made twice/),
        '{"notes":1}',
      ]);
      expect(told[0]?.text).not.toMatch(/fix your mistakes/i);
      expect(problems).toMatchObject([{ name: "BuddyUnreachable" }]);
      expect(new Set(keys).size).toBe(1);
      expect(notes).toEqual(["the blue one"]);
      expect(await server.requests(`${named}7`)).toBe(1);
    });

    it("a governed agent that was told that its call waits is told its end by the same call, also where that was told and lost; then it is a new call", async () => {
      const agent = `${named}14`;
      const { notes, tools } = notebook();
      const told: Said[] = [];
      const options = await optionsOf(agent, FOREVER);
      const ran = run({
        tools,
        options: { ...options, buddy: losingTheEnd(options.buddy, await server.buddy(agent)) },
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length < 3 ? [add(`c${said.length}`, "the blue one")] : "done";
        },
      });
      await server.decide(agent, "approve");
      await server.decide(agent, "approve");
      expect(await ran).toBe("done");
      expect(told.map(({ text }) => text)).toEqual([
        expect.stringContaining("the same call again waits for the same outcome and is not made twice"),
        expect.stringMatching(/\{"notes":1\}.*the same call was asked for/s),
        expect.stringMatching(/\{"notes":2\}/),
      ]);
      expect(notes).toEqual(["the blue one", "the blue one"]);
      expect(await server.requests(agent)).toBe(2);
    });

    it.each([
      ["token is over", `${named}10`, over, { status: 401 }],
      ["function for tokens fails", `${named}13`, notGiven, { name: "NoToken" }],
    ])(
      "a governed agent whose %s while its call waits is told that it waits, and the program of the token",
      async (_, agent, failing, problem) => {
        const { notes, tools } = notebook();
        const told: Said[] = [];
        const problems: Error[] = [];
        const options = await optionsOf(agent, FOREVER, { onProblem: (error) => problems.push(error) });
        const ran = run({
          tools,
          options: { ...options, buddy: losingItsToken(options.buddy, failing) },
          next: (said) => {
            told.splice(0, told.length, ...said);
            return said.length < 3 ? [add(`c${said.length}`, "the blue one")] : "done";
          },
        });
        await server.decide(agent, "approve");
        expect(await ran).toBe("done");
        for (const { error, text } of told.slice(0, 2)) {
          expect(error).toBe(false);
          expect(text).toContain("the same call again waits for the same outcome and is not made twice");
          expect(text).not.toMatch(/token|fix your mistakes/i);
        }
        expect(told[2]?.text).toContain('{"notes":1}');
        expect(problems).toMatchObject([problem, problem]);
        expect(notes).toEqual(["the blue one"]);
        expect(await server.requests(agent)).toBe(1);
      },
    );

    it("a governed agent is told who changed its call and to what, beside the output", async () => {
      const { notes, tools } = notebook();
      const told: Said[] = [];
      const ran = run({
        tools,
        options: await optionsOf(`${named}9`, FOREVER),
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [add("c1", "the blue one")] : "done";
        },
      });
      await server.change(`${named}9`, { text: "the red one" });
      expect(await ran).toBe("done");
      expect(notes).toEqual(["the red one"]);
      expect(told).toEqual([
        { error: false, text: expect.stringMatching(/\{"notes":1\}.*bob changed its arguments.*the red one/s) },
      ]);
    });

    it("a governed agent is told what is wrong with arguments that the contract does not take, and nobody is asked", async () => {
      const { notes, tools } = notebook();
      const told: Said[] = [];
      await run({
        tools,
        options: await optionsOf(`${named}5`, FOREVER),
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [add("c1", "")] : "sorry";
        },
      });
      expect(told[0]?.text).toMatch(/Refused.*\/arguments\/text.*Nothing was done/s);
      expect(notes).toEqual([]);
      expect(await server.requests(`${named}5`)).toBe(0);
    });

    it("a governed agent is told of a rule that only its tool's own schema has, before anybody is asked", async () => {
      const { notes, tools } = notebook();
      const [own] = tools;
      if (own === undefined) throw new Error("there is no tool");
      const strict = { ...own, input: z.object({ text: z.string().min(50) }) };
      const agent = `${named}11`;
      const told: Said[] = [];
      const ran = await run({
        tools: [strict],
        options: await optionsOf(agent, 0),
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [add("c1", "short")] : "sorry";
        },
      });
      expect(ran).toBe("sorry");
      expect(told.map(({ text }) => text)).toEqual([expect.stringMatching(/text.*50/s)]);
      expect([notes, await server.requests(agent)]).toEqual([[], 0]);
    });

    it("a governed agent may leave out an argument that its tool has a default for, as without Buddy", async () => {
      const told: Said[] = [];
      const input = z.object({ text: z.string(), limit: z.number().default(10) });
      await run({
        tools: [{ name: "note_find", input, code: (args) => args }],
        options: await optionsOf(`${named}8`, FOREVER),
        next: (said) => {
          told.splice(0, told.length, ...said);
          return said.length === 0 ? [{ id: "c1", tool: "note_find", arguments: { text: "blue" } }] : "done";
        },
      });
      expect(told.map(({ error, text }) => [error, JSON.parse(text)])).toEqual([[false, { text: "blue", limit: 10 }]]);
    });

    it("a governed agent is not started while a tool has no contract that its code fits: all are named", async () => {
      const { tools } = notebook();
      const other = (name: string): SuiteTool => ({ name, input: z.object({}), code: () => null });
      const options = await optionsOf(`${named}6`, 0);
      const begun = run({
        tools: [...tools, other("made_up"), other("note_shout"), other("page_read")],
        options,
        next: () => "never",
      });
      const refused = await begun.catch((error) => error);
      expect(refused.name).toBe("ToolsNotGoverned");
      expect(refused.tools.map(({ tool }: { tool: string }) => tool)).toEqual(["made_up", "note_shout", "page_read"]);
      expect(refused.message).toContain(
        "made_up: it has no contract; write one and register it with `buddy contracts add",
      );
      expect(refused.message).toContain("note_shout: its contract promises a preview");
      expect(refused.message).toContain("page_read: its contract has it done by the sandbox");
    });
  });
};
