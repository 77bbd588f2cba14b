import type { OutwardBinding } from "../../shared/contracts/binding/binding.ts";
import type { ToolAdapter } from "../../shared/ports/tools.ts";
import { maskedAdapter } from "./asked/masked-adapter.ts";
import { liveBrowserAdapter, previewBrowserAdapter } from "./browser/browser-adapter.ts";
import { type BrowserWay, noBrowserWay, type ReadingBrowserWay } from "./browser/way.ts";
import {
  type BuiltinWay,
  liveBuiltinAdapter,
  noBuiltin,
  previewBuiltinAdapter,
  type ReadingBuiltinWay,
} from "./builtin/builtin-adapter.ts";
import { liveHttpAdapter, previewHttpAdapter } from "./http/http-adapter.ts";
import { noWayOut, type ReadingWayOut, type WayOut } from "./http/way-out.ts";
import { type ActingFunctions, noFunctions, type ReadingFunctions } from "./lambda/functions.ts";
import { liveLambdaAdapter, previewLambdaAdapter } from "./lambda/lambda-adapter.ts";
import { liveMcpAdapter, previewMcpAdapter } from "./mcp/mcp-adapter.ts";
import { type McpWay, noMcpWay, type ReadingMcpWay } from "./mcp/way.ts";
import { liveWorkerAdapter, previewWorkerAdapter } from "./worker/worker-adapter.ts";
import { noWorkers, type ReadingWorkers, type Workers } from "./worker/workers.ts";

/** The means that a function which reads is given to reach the world with, by the kind of a binding. */
export type ReadingWays = {
  readonly http: ReadingWayOut;
  readonly mcp: ReadingMcpWay;
  readonly lambda: ReadingFunctions;
  readonly worker: ReadingWorkers;
  readonly builtin: ReadingBuiltinWay;
  readonly browser: ReadingBrowserWay;
};

/** The means that a function which acts is given. */
export type Ways = {
  readonly http: WayOut;
  readonly mcp: McpWay;
  readonly lambda: ActingFunctions;
  readonly worker: Workers;
  readonly builtin: BuiltinWay;
  readonly browser: BrowserWay;
};

/** For where tools act on the sandbox only: whatever else one wants to send is not sent. */
export const noWays: Ways = {
  http: noWayOut,
  mcp: noMcpWay,
  lambda: noFunctions,
  worker: noWorkers,
  builtin: noBuiltin,
  browser: noBrowserWay,
};

/** DRY_RUN: makes the reads that the binding declares. */
export const previewBound = (binding: OutwardBinding, ways: ReadingWays): ToolAdapter => {
  switch (binding.kind) {
    case "http":
      return previewHttpAdapter(binding, ways.http);
    case "mcp":
      return previewMcpAdapter(binding, ways.mcp);
    case "lambda":
      return maskedAdapter(previewLambdaAdapter(binding, ways.lambda), ways.http.known);
    case "worker":
      return maskedAdapter(previewWorkerAdapter(binding, ways.worker), ways.http.known);
    case "builtin":
      return previewBuiltinAdapter(binding, ways.builtin);
    case "browser":
      return previewBrowserAdapter(binding, ways.browser);
  }
};

/** LIVE: makes the calls that the binding declares. */
export const liveBound = (binding: OutwardBinding, ways: Ways): ToolAdapter => {
  switch (binding.kind) {
    case "http":
      return liveHttpAdapter(binding, ways.http);
    case "mcp":
      return liveMcpAdapter(binding, ways.mcp);
    case "lambda":
      return maskedAdapter(liveLambdaAdapter(binding, ways.lambda), ways.http.known);
    case "worker":
      return maskedAdapter(liveWorkerAdapter(binding, ways.worker), ways.http.known);
    case "builtin":
      return liveBuiltinAdapter(binding, ways.builtin);
    case "browser":
      return liveBrowserAdapter(binding, ways.browser);
  }
};
