import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCOPES } from "../../functions/api/http/caller.ts";
import { jsonLog } from "../../functions/log.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import type { AuditEvent } from "../../shared/audit/audit-event.ts";
import { Client } from "../client/api.ts";
import { readDeployment } from "../client/deployment.ts";
import { signIn } from "../client/people.ts";
import { type People, performExamples } from "../client/reference.ts";

const NAMES = ["alice", "bob", "carol"] as const;

/**
 * What happened to a step, in order; not when, and people by the names that the examples give them. That a call had to
 * wait for the next window of a rate limit is left out: which of equals comes first is a matter of milliseconds.
 */
const told = (events: readonly AuditEvent[], names: ReadonlyMap<string, string>): Record<string, string[]> => {
  const chains: Record<string, string[]> = {};
  for (const { chain, type, actor, body } of events) {
    if (!chain.startsWith("step:") || type === "live_deferred") continue;
    const moved = body.from === undefined ? "" : ` ${String(body.from)} -> ${String(body.to)}`;
    chains[chain] = [...(chains[chain] ?? []), `${type}${moved} (${names.get(actor) ?? actor})`];
  }
  return chains;
};

type Reference = { readonly steps: Record<string, string[]>; readonly status: string; readonly ends: string[] };

const reference = async (people: People, names: ReadonlyMap<string, string>): Promise<Reference> => {
  const id = await performExamples(people);
  const { status, steps } = await people.alice.execution(id);
  const ends = steps.map(({ plan_id, step_id, state, ending }) => `${plan_id}/${step_id} ${state} ${ending}`);
  return { steps: told(await people.alice.events(id), names), status, ends: ends.toSorted() };
};

describe("one state machine on two engines", () => {
  let folder: string;
  let server: RunningServer;
  let local: Reference;
  let deployed: Reference;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-conformance-"));
    server = await startServer({
      data_dir: folder,
      port: 0,
      live_enabled: true,
      registry_open: false,
      log: jsonLog("error", (line) => process.stderr.write(line)),
    });
    const at = readDeployment();
    [local, deployed] = await Promise.all([reference(...(await localPeople())), reference(...(await signedIn()))]);

    async function localPeople(): Promise<[People, ReadonlyMap<string, string>]> {
      const clients = await everybody(async (name) => {
        const token = await mintToken(folder, { name, scopes: SCOPES, now: new Date() });
        return new Client({ api: server.url }, { name, token });
      });
      return [clients, new Map()];
    }
    async function signedIn(): Promise<[People, ReadonlyMap<string, string>]> {
      const names = new Map<string, string>();
      const clients = await everybody(async (name) => {
        const person = await signIn(at, name);
        names.set(person.name, name);
        return new Client(at, person);
      });
      return [clients, names];
    }
  }, 400_000);

  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("takes every step of the example plans along the same way, event for event", () => {
    expect(Object.keys(local.steps).length).toBeGreaterThan(20);
    expect(deployed.steps).toEqual(local.steps);
  });

  it("ends every step, and the execution, alike", () => {
    expect(deployed.ends).toEqual(local.ends);
    expect(deployed.status).toBe(local.status);
  });
});

const everybody = async (make: (name: string) => Promise<Client>): Promise<People> => {
  const [alice, bob, carol] = await Promise.all(NAMES.map(make));
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error("somebody is missing");
  return { alice, bob, carol };
};
