import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { READ_SECRET, startCrm, WRITE_SECRET } from "../counterparts/crm.ts";
import { inProcessWorker } from "../counterparts/in-process-worker.ts";
import { crmWayOut, searchContacts, setFields } from "../functions/tools/http/crm-tools.ts";
import { CARD_TOOLS, moveCard } from "../functions/tools/worker/card-tools.ts";
import { reported, standing } from "../harness/outcome.ts";
import { approve, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { inMemory } from "../harness/stores.ts";
import { startWorld } from "../harness/world.ts";

const crm = await startCrm({ c1: { stage: "new", note: null } });
crm.echoAuthorization();
afterAll(() => crm.stop());
beforeEach(() => {
  crm.effects.length = 0;
});

/** Every key and item that is written, by its partition; what a worker said is its own until it is settled. */
const noting = () => {
  const stores = inMemory();
  const written: string[] = [];
  const note = (value: unknown): void => {
    const text = JSON.stringify(value);
    if (!/"WORK/.test(text)) written.push(text);
  };
  const { table, bodies, artifactFiles } = stores;
  return {
    written,
    stores: {
      table: {
        ...table,
        put: (...args: Parameters<typeof table.put>) => {
          note(args);
          return table.put(...args);
        },
        update: (...args: Parameters<typeof table.update>) => {
          note(args);
          return table.update(...args);
        },
      },
      bodies: {
        ...bodies,
        put: (...args: Parameters<typeof bodies.put>) => {
          note(args);
          return bodies.put(...args);
        },
      },
      artifactFiles: {
        ...artifactFiles,
        write: (...args: Parameters<typeof artifactFiles.write>) => {
          note(args);
          return artifactFiles.write(...args);
        },
      },
    },
  };
};

/** All that a team's own code is asked and answers, with both secrets wherever there is room for words. */
const careless = (asked: { readonly rung: string; readonly arguments: JsonObject }): JsonObject => {
  const said = `I use ${READ_SECRET} and ${WRITE_SECRET}`;
  switch (asked.rung) {
    case "preview":
    case "preview_undo": {
      const changes = [{ record: `card ${WRITE_SECRET}`, field: "stage", old: said, new: "won" }];
      return { outcome: "committed", output: { summary: said, changes, output: said } };
    }
    case "look_up":
      return { outcome: "committed", output: said };
    case "undo":
      return { outcome: "rejected", error: said };
    default:
      return asked.arguments.stage === "won"
        ? { outcome: "committed", output: { [said]: said }, undo: { was: "new" } }
        : { outcome: asked.arguments.stage === "lost" ? "rejected" : "indeterminate", error: said };
  }
};

const byLambda = {
  kind: "lambda",
  function: "cards",
  read_function: "cards-read",
  previews: true,
  undo: true,
  looks_up: true,
};
const CONTRACTS = { worker: moveCard(), lambda: moveCard({ binding: byLambda }) };

describe.each(["worker", "lambda"] as const)("code of the team by %s that knows a secret of Buddy's", (kind) => {
  it("own code that knows a secret leaves its text in nothing that is recorded, whatever it is asked, and is told none", async () => {
    const { stores, written } = noting();
    const questions: string[] = [];
    const contracts = [searchContacts(crm), setFields(crm), CONTRACTS[kind]];
    const world = await startWorld({
      ...{ stores, contracts, out: crmWayOut(crm), policy: { allowed_hosts: [crm.host] } },
      functions: {
        invoke: async (_, payload) => {
          questions.push(payload);
          return { kind: "answered", payload: JSON.stringify(careless(JSON.parse(payload))) };
        },
      },
    });
    const worker = inProcessWorker(world.deps.work, world.deps.bell, {
      tools: CARD_TOOLS,
      now: () => world.deps.clock.now().getTime(),
      answer: (asked) => {
        questions.push(JSON.stringify(asked));
        const { undo = null, output = null, ...said } = careless(asked);
        const whole = said.outcome === "committed" ? { ...said, output, undo } : said;
        return whole as ReturnType<Parameters<typeof inProcessWorker>[2]["answer"]>;
      },
    });

    // The service says back what it was authorised with, and the team's code gets of that what is on record.
    const search = call("s0", "crm_search", { q: "x" });
    const set = call("s1", "crm_set_fields", { contact_id: "c1", stage: "won" });
    const from = { $from: "s0", path: "/you_sent" };
    const first = await submit(world, { plans: [plan("p0", [search, set])] });
    await approve(world, first, "s1");
    await world.rest();
    const ids: string[] = [];
    for (const stage of ["won", "lost", "unknown"]) {
      const move = call("m1", "card_move", { card: from, stage }, { after: ["s0"] });
      const id = await submit(world, { plans: [plan(`p-${stage}`, [search, move])] });
      const asked = await requestFor(world, id, "m1");
      expect(JSON.stringify(asked)).toContain("I use (secret) and (secret)");
      await approve(world, id, "m1");
      await world.rest();
      ids.push(id);
    }
    const [won = "", lost = "", unknown = ""] = ids;
    expect(await reported(world, won)).toMatchObject({ m1: "success/approved/LIVE" });
    expect(await standing(world, lost)).toMatchObject({ m1: "ABORTED finished failed" });
    expect(await reported(world, unknown)).toMatchObject({ m1: "success/approved/LIVE" });
    await rollBackExecution(world.deps)(won, { by: "olga", reason: "wrong card" }, null);
    await world.rest();
    expect((await requestFor(world, won, "m1")).kind).toBe("undo_failed");
    await worker.stop();

    expect(questions.length).toBeGreaterThan(6);
    expect(questions.filter((question) => question.includes("canary-"))).toEqual([]);
    expect(questions.some((question) => question.includes("Bearer (secret)"))).toBe(true);
    const everything = [...written, JSON.stringify(world.logged), JSON.stringify(world.bus.published)];
    expect(everything.filter((text) => text.includes("canary-"))).toEqual([]);
  });
});
