import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoTable } from "../../functions/adapters/dynamodb/table.ts";
import { jsonLines } from "../../functions/adapters/log/json-lines.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { worldTable } from "../../functions/adapters/table/world.ts";
import { tableWorld } from "../../functions/tools/world/table-world.ts";
import type { World } from "../../functions/tools/world/world.ts";
import { startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import type { Executions } from "../../shared/ports/executions.ts";
import { SCOPES } from "../../shared/scopes.ts";
import { Client } from "../client/api.ts";
import { aws, type Deployment } from "../client/deployment.ts";
import { signIn } from "../client/people.ts";

const NAMES = ["alice", "bob", "carol"] as const;

/** The people of a deployment by the names that the examples use. */
export type People = Readonly<Record<(typeof NAMES)[number], Client>>;

/** One of the two that run the state machine file, as the stories use it. */
export type Engine = {
  readonly people: People;
  /** The names of people by what their tokens call them. */
  readonly names: ReadonlyMap<string, string>;
  /** The world that tools act on: failures are planned here. */
  readonly world: World;
  /** Where Next wave keeps its answers. */
  readonly executions: Executions;
  stop(): Promise<void>;
};

const everybody = async (make: (name: string) => Promise<Client>): Promise<People> => {
  const [alice, bob, carol] = await Promise.all(NAMES.map(make));
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error("somebody is missing");
  return { alice, bob, carol };
};

/** A server on this machine, with an empty database: the file is interpreted. */
export const localEngine = async (): Promise<Engine> => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-conformance-"));
  const server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: false,
    log: jsonLines({ least: "error", write: (line) => process.stderr.write(line), details: true }),
  });
  const people = await everybody(async (name) => {
    const token = await mintToken(folder, { name, scopes: SCOPES, now: new Date(), seconds: 86_400 });
    return new Client({ api: server.url }, { name, token });
  });
  return {
    people,
    names: new Map(),
    world: server.stack.world,
    executions: server.stack.deps.executions,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** The deployment: the file is run by the emulator's Step Functions. */
export const deployedEngine = async (at: Deployment): Promise<Engine> => {
  const names = new Map<string, string>();
  const people = await everybody(async (name) => {
    const person = await signIn(at, name);
    names.set(person.name, name);
    return new Client(at, person);
  });
  const table = dynamoTable(new DynamoDBClient(aws(at)), at.table);
  return {
    people,
    names,
    world: tableWorld(worldTable(table)),
    executions: tablePorts(table).executions,
    stop: async () => {},
  };
};
