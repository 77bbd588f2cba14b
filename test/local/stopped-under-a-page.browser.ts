import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { silentLog } from "../../functions/adapters/log/silent.ts";
import { decideApproval } from "../../functions/api/act/decide-approval.ts";
import { tellExecution } from "../../functions/api/act/decide-many.ts";
import { submitPlans } from "../../functions/api/submit/submit-plans.ts";
import { NOTHING_REACHED } from "../../local/reach.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { describeInBrowser } from "../browser/describe-in-browser.ts";
import { startFormApp } from "../counterparts/form-app.ts";
import { defined, openAccount } from "../functions/tools/browser/form-tools.ts";
import { must } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";

const app = await startFormApp();
afterAll(app.stop);
/** Beside the packages: unpacked once for all runs, and gone with them. No sandbox, as for every test. */
const BROWSER = {
  XDG_CACHE_HOME: join(import.meta.dirname, "../../node_modules/.cache"),
  BUDDY_CHROMIUM_SANDBOX: "off",
};

await describeInBrowser("a server that is stopped while a page is open", () => {
  let folder = "";
  let stack: Stack | undefined;
  beforeEach(async () => {
    for (const [name, value] of Object.entries(BROWSER)) vi.stubEnv(name, value);
    app.clear();
    folder = await mkdtemp(join(tmpdir(), "buddy-stopped-"));
  });
  afterEach(async () => {
    await stack?.stop();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Stack> => {
    stack = await startStack({
      ...{ data_dir: folder, outputs_dir: join(folder, "outputs"), log: silentLog, registry_open: true },
      live_enabled: true,
      reach: { ...NOTHING_REACHED, allowed_hosts: [app.host] },
      policy: { settling_seconds: 1 },
    });
    return stack;
  };

  /** A call that waits for its person's yes. */
  const asked = async ({ deps, workflow }: Stack) => {
    await deps.contracts.put(defined(openAccount(app, { timeout_seconds: 60 })));
    const body = { plans: [plan("p1", [call("s1", "account_open", { email: "a@b.c" })])] };
    const submission = { text: JSON.stringify(body), body, submitter: "sam", idempotency_key: undefined };
    const { execution_id } = must(await submitPlans(deps)(submission)).submitted;
    await workflow.idle();
    const [request] = await deps.approvals.ofExecution(execution_id);
    if (request === undefined) throw new Error("nobody is asked");
    return request;
  };

  it.each([
    ["while the approved call is previewed once more", "GET /"],
    ["when the call is done and not answered", "GET /done"],
  ])(
    "a server that is stopped %s makes it, once, when it is started again: nothing more is asked",
    async (_when, moment) => {
      const first = await start();
      const request = await asked(first);
      const { approval_id, execution_id, digest } = request;
      const stopped = Promise.withResolvers<void>();
      app.atRequest(moment, async () => {
        app.atRequest("none", async () => {});
        first.stop().then(stopped.resolve, stopped.reject);
        await stopped.promise;
      });
      const yes = { decision: "approve", digest, comment: null, arguments: null } as const;
      await tellExecution(first.deps, must(await decideApproval(first.deps)(approval_id, yes, "ann", false)));
      await stopped.promise;

      const { deps } = await start();
      const status = async () => (await deps.executions.get(execution_id))?.status;
      await expect.poll(status, { timeout: 60_000 }).not.toBe("RUNNING");
      expect({ status: await status(), effects: app.effects.length }).toEqual({ status: "SUCCEEDED", effects: 1 });
      expect(await deps.approvals.ofExecution(execution_id)).toHaveLength(1);
    },
  );
});
