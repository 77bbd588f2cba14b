import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One Lambda function: where its code begins, and the time and memory it is given. */
export type HandlerSpec = {
  /** From the repository's root; the file exports `handler`. */
  readonly entry: string;
  /** Below the limit of whoever calls it: the task's TimeoutSeconds, or the 30 s of an HTTP API. */
  readonly timeoutSeconds: number;
  /** CPU comes with memory: 1769 MB is one whole vCPU. */
  readonly memoryMb: number;
};

/** The most that Lambda gives; the tasks that call these wait 30 s longer. */
const LONGEST = 900;

/** The tasks of the state machine; the names are the substitutions in workflow/orchestration.asl.json. */
export const workflowHandlers = {
  Validate: { entry: "functions/plan/validate.handler.ts", timeoutSeconds: 60, memoryMb: 1024 },
  ResolveConflicts: { entry: "functions/conflicts/resolve.handler.ts", timeoutSeconds: 60, memoryMb: 1024 },
  NextWave: { entry: "functions/execution/pass/next-wave.handler.ts", timeoutSeconds: 60, memoryMb: 1024 },
  Mock: { entry: "functions/execution/rehearse/mock.handler.ts", timeoutSeconds: 30, memoryMb: 512 },
  DryRun: { entry: "functions/execution/rehearse/dry-run.handler.ts", timeoutSeconds: LONGEST, memoryMb: 512 },
  Live: { entry: "functions/execution/attempt/live.handler.ts", timeoutSeconds: LONGEST, memoryMb: 512 },
  RollBack: { entry: "functions/execution/attempt/roll-back.handler.ts", timeoutSeconds: LONGEST, memoryMb: 512 },
  ReadOutcome: { entry: "functions/execution/attempt/read-outcome.handler.ts", timeoutSeconds: 30, memoryMb: 512 },
  AwaitApproval: { entry: "functions/execution/wait/await-approval.handler.ts", timeoutSeconds: 30, memoryMb: 512 },
  Continue: { entry: "functions/execution/wait/continue.handler.ts", timeoutSeconds: 30, memoryMb: 512 },
  Conclude: { entry: "functions/execution/conclude/conclude.handler.ts", timeoutSeconds: 60, memoryMb: 1024 },
  Feedback: { entry: "functions/feedback/signals.handler.ts", timeoutSeconds: 60, memoryMb: 1024 },
  Health: { entry: "functions/health/score.handler.ts", timeoutSeconds: 60, memoryMb: 1024 },
  Artifacts: { entry: "functions/artifacts/publish.handler.ts", timeoutSeconds: 60, memoryMb: 1024 },
} as const satisfies Record<string, HandlerSpec>;
export type WorkflowHandler = keyof typeof workflowHandlers;

/** Functions that answer the HTTP API, told apart by what it may do rather than by path. */
export const apiHandlers = {
  Read: { entry: "functions/api/read.handler.ts", timeoutSeconds: 29, memoryMb: 1024 },
  Submit: { entry: "functions/api/submit.handler.ts", timeoutSeconds: 29, memoryMb: 1024 },
  /** Makes one call and waits for its end. */
  Call: { entry: "functions/api/call.handler.ts", timeoutSeconds: 29, memoryMb: 1024 },
  /** Speaks the Model Context Protocol, and makes calls as the one before. */
  Mcp: { entry: "functions/api/mcp.handler.ts", timeoutSeconds: 29, memoryMb: 1024 },
  Act: { entry: "functions/api/act.handler.ts", timeoutSeconds: 29, memoryMb: 1024 },
  Administer: { entry: "functions/api/administer.handler.ts", timeoutSeconds: 29, memoryMb: 512 },
  /** Has what DRY_RUN has, for a person who keeps the registry. */
  Try: { entry: "functions/api/try.handler.ts", timeoutSeconds: 29, memoryMb: 512 },
  /** Waits for calls on behalf of workers: it is paid by the second and its memory. */
  Work: { entry: "functions/api/work.handler.ts", timeoutSeconds: 29, memoryMb: 256 },
  /** Clicks in Slack, which waits three seconds: with the memory of those that people wait for. */
  Slack: { entry: "functions/api/slack.handler.ts", timeoutSeconds: 10, memoryMb: 1024 },
  /** Sends files, to people without a token: it can read and do nothing else. */
  Console: { entry: "functions/api/console.handler.ts", timeoutSeconds: 10, memoryMb: 256 },
} as const satisfies Record<string, HandlerSpec>;
export type ApiHandler = keyof typeof apiHandlers;

/** Functions that run by the clock or on an event, outside of any request and any run. */
export const backgroundHandlers = {
  /** Asked by the stack's own user pool, which waits five seconds; by nobody where a team brings an issuer of its own. */
  GrantScopes: { entry: "functions/callers/grant-scopes.handler.ts", timeoutSeconds: 5, memoryMb: 512 },
  /** Below the minute after which it is started again. */
  Sweep: { entry: "functions/execution/wait/sweep.handler.ts", timeoutSeconds: 50, memoryMb: 512 },
  /** Sends events to registered addresses; below the minute after which it is started again. */
  Deliver: { entry: "functions/webhooks/deliver.handler.ts", timeoutSeconds: 50, memoryMb: 512 },
  /** Below the time of who asks it: a person's request. */
  Wake: { entry: "functions/execution/wait/wake.handler.ts", timeoutSeconds: 20, memoryMb: 512 },
  Finalise: { entry: "functions/finalise/finalise.handler.ts", timeoutSeconds: 240, memoryMb: 1024 },
  Prepare: { entry: "functions/prepare/prepare.handler.ts", timeoutSeconds: 120, memoryMb: 512 },
} as const satisfies Record<string, HandlerSpec>;
export type BackgroundHandler = keyof typeof backgroundHandlers;

export const handlers = { ...workflowHandlers, ...apiHandlers, ...backgroundHandlers };
export type HandlerName = WorkflowHandler | ApiHandler | BackgroundHandler;

export const repositoryRoot = fileURLToPath(new URL("..", import.meta.url));

/** Where the code of each handler begins, as a path of this machine. */
export const handlerEntries = (): Record<string, string> =>
  Object.fromEntries(Object.entries(handlers).map(([name, { entry }]) => [name, join(repositoryRoot, entry)]));
