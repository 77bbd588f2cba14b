import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { reservationTools } from "../counterparts/reservation-tools.ts";
import { type Reservations, startReservations, TOKEN } from "../counterparts/reservations.ts";
import { pageCommands } from "../docs/page-commands.ts";
import {
  AIRLINE_CONFIG,
  airlinePlans,
  asBooked,
  asTheLedgerSays,
  byKey,
  committedWrites,
  effectOf,
  reserved,
} from "../harness/airline.ts";

let folder = "";
let service: Reservations;
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-airline-"));
  service = await startReservations(reserved);
});
afterAll(async () => {
  await server.stop();
  await service.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Files that the commands name. */
const files = new Map<string, unknown>();
const { buddy } = pageCommands(() => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder], {
  readFile: async (path: string) => JSON.stringify(files.get(path)),
  readBytes: (path: string) => readFile(path).catch(() => undefined),
  readFolder: (path: string) => readdir(path).catch(() => undefined),
});

const statusOf = async (id: string) => (await server.stack.deps.executions.get(id))?.status;

/** Bob says yes to everything that is asked, until each execution has ended. */
const approveUntilEnded = (executions: readonly string[]): Promise<unknown> =>
  vi.waitUntil(
    async () => {
      const { approvals } = server.stack.deps;
      const requests = (await Promise.all(executions.map((id) => approvals.ofExecution(id)))).flat();
      if (requests.some(({ status }) => status === "open")) await buddy("approve --all --as bob --yes");
      return (await Promise.all(executions.map(statusOf))).every((status) => status !== "RUNNING");
    },
    { timeout: 200_000, interval: 100 },
  );

it("an airline's plans, submitted, approved in bulk and rolled back by buddy: its database holds what the ledger of a running server says", async () => {
  await buddy("secrets set read/airline", `${TOKEN}\n`);
  await buddy("secrets set write/airline", `${TOKEN}\n`);
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: [service.host],
    authorities: [service.cert],
    policy: { settling_seconds: 0 },
  });
  const { deps } = server.stack;
  files.set("tools.json", { contracts: reservationTools(service) });
  await buddy("contracts add tools.json --as olga");
  for (const plan of airlinePlans) {
    files.set(`${plan.plan_id}.json`, { plans: [plan], config: AIRLINE_CONFIG });
    await buddy(`run ${plan.plan_id}.json --detach --as alice`);
  }
  const submitted = (await deps.executions.list({ limit: 100, next: null })).items;
  const executions = submitted.map(({ execution_id }) => execution_id);
  expect(executions).toHaveLength(airlinePlans.length);
  expect(service.effects()).toEqual([]);

  await approveUntilEnded(executions);
  const rows = await committedWrites(deps, executions);
  expect(rows.length).toBeGreaterThan(10);
  expect(byKey(service.effects())).toEqual(byKey(rows.map(effectOf)));
  expect(service.rows()).toEqual(await asTheLedgerSays(deps, executions, service));

  const changed = submitted.find(({ plan_ids }) => plan_ids.includes("airline_18"))?.execution_id ?? "";
  const undone = (await committedWrites(deps, [changed])).map(({ arguments: args }) => String(args.reservation_id));
  expect(undone.length).toBeGreaterThan(1);
  await buddy(`rollback ${changed} --reason "the passenger changed their mind" --as olga`);
  await expect.poll(() => statusOf(changed), { timeout: 60_000 }).toBe("ROLLED_BACK");
  for (const id of undone) expect(service.rows().get(id)).toEqual(asBooked);
  expect(service.rows()).toEqual(await asTheLedgerSays(deps, executions, service));
  await buddy(`verify ${changed}`);
}, 240_000);
