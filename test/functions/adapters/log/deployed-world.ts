import { vi } from "vitest";
import { wholeApi } from "../../../../functions/api/endpoints.ts";
import { createRouter } from "../../../../functions/api/router.ts";
import { deployed, functionLog, type Invocation } from "../../../../functions/aws/log.ts";
import type { Deps } from "../../../../functions/deps.ts";
import { sweep } from "../../../../functions/execution/wait/sweep.ts";
import { finalise } from "../../../../functions/finalise/finalise.ts";
import type { WorkflowTasks } from "../../../../functions/run/tasks.ts";
import type { HandlerName } from "../../../../infra/handlers.ts";
import { SCOPES } from "../../../../shared/scopes.ts";
import { functionOf } from "../../../harness/function-of.ts";
import { startWorld, type TestWorld, type WorldOptions } from "../../../harness/world.ts";

type Task = WorkflowTasks["tasks"][string];

const invocation: Invocation = {
  awsRequestId: "request-of-lambda",
  functionName: "buddy-test-function",
  functionVersion: "1",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:buddy-test-function",
  memoryLimitInMB: "512",
};

export type DeployedWorld = Awaited<ReturnType<typeof deployedWorld>>;

/**
 * Every use case in the wrapping it is deployed in, and all that would be in the log groups: what is written to the two
 * streams of the process, and what Lambda itself writes of an error that leaves a function.
 */
export const deployedWorld = async (details: boolean, options: WorldOptions = {}) => {
  const lines: string[] = [];
  const collect = (chunk: unknown): boolean => lines.push(String(chunk)) > 0;
  const streams = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  for (const stream of streams) stream.mockImplementation(collect);

  const ran = new Set<HandlerName>();
  const envOf = (HANDLER: HandlerName) => ({ STAGE: "test", HANDLER, LOG_DETAILS: details });
  const asDeployed =
    <Using extends object>(name: HandlerName, deps: Using, useCase: (deps: Using & Pick<Deps, "log">) => Task): Task =>
    async (input) => {
      ran.add(name);
      try {
        return await deployed(envOf(name), deps, useCase)(input, invocation);
      } catch (error) {
        lines.push(error instanceof Error ? `${error.name} ${error.message} ${error.stack}` : String(error));
        throw error;
      }
    };
  const { log } = functionLog(envOf("Read"));
  const world: TestWorld = await startWorld({
    ...options,
    log,
    wrap: (tasks) =>
      Object.fromEntries(
        Object.entries(tasks).map(([state, task]) => [state, asDeployed(functionOf(state), {}, () => task)]),
      ),
  });

  const request = async (
    method: "GET" | "POST",
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    changes: Partial<Deps> = {},
    gateway: object = {},
  ): Promise<Response> => {
    const caller = { name: headers["x-caller"] ?? "ann", scopes: SCOPES };
    const app = createRouter({ ...world.deps, ...changes }, { identify: () => caller, ...wholeApi });
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const typed = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await app.request(path, { method, headers: { ...typed, ...headers }, ...sent }, gateway);
    await world.settle();
    return answer;
  };

  return {
    world,
    ran,
    request,
    /** The lines that were logged so far, as text. */
    lines: (): readonly string[] => lines,
    /** The structured ones of them. */
    records: (): Record<string, unknown>[] =>
      lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)),
    sweep: () => asDeployed("Sweep", world.deps, sweep)({}),
    finalise: (name: string, cause: string) =>
      asDeployed("Finalise", world.deps, finalise)({ detail: { name, status: "FAILED", cause } }),
    asDeployed,
    end: (): void => {
      for (const stream of streams) stream.mockRestore();
    },
  };
};
