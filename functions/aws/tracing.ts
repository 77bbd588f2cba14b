import type { Tracing } from "../../shared/ports/tracing.ts";
import { tracingOf } from "../adapters/tracing/tracing-of.ts";
import { functionLog, type LogEnvironment } from "./log.ts";

/** Spans as the function's variables ask for them. Where they do, their library is loaded while the function starts. */
export const awsTracing = (env: LogEnvironment): Tracing => {
  const loading = tracingOf(process.env, (words) => functionLog(env).log.warn(words));
  return {
    call: async (call, run, end) => (await loading).call(call, run, end),
    flush: async () => (await loading).flush(),
    stop: async () => (await loading).stop(),
  };
};
