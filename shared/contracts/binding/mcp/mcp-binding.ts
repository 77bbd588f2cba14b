import { z } from "zod";
import { json } from "../../../plan/json.ts";
import { changes, condition, lookUpConditions, pointer } from "../declared.ts";
import { serverName } from "./mcp-server.ts";
import { toolDefinition } from "./tool-definition.ts";

/** Name of a field of `_meta`. */
const metaKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,127})?$/,
    "must be the name of a field of _meta",
  );

/** One `tools/call`: a tool by the name that its server gives it, and what it is called with, which has places. */
const request = z.strictObject({
  tool: z.string().min(1).max(256),
  /** All arguments of the call as they are, unless said. */
  arguments: json.exactOptional(),
});
export type McpRequest = z.infer<typeof request> & { readonly idempotency_meta?: string };

/** A request that is recognised when it is sent again: by the field of `_meta` in which the server looks for the key. */
const keyed = request.extend({ idempotency_meta: metaKey.exactOptional() });

export const mcpBinding = z.strictObject({
  kind: z.literal("mcp"),
  server: serverName,
  call: keyed.extend({ output: pointer.exactOptional() }),
  /** Reads what `call` will change; the only tool that DRY_RUN may call. */
  read: request.exactOptional(),
  changes,
  /** Asks whether a call happened whose answer never came; conditions as of an `http` binding. */
  look_up: z.strictObject({ request, ...lookUpConditions }).exactOptional(),
  undo: keyed.extend({ only_when: z.strictObject({ request, still: condition }).exactOptional() }).exactOptional(),
  /** The server documents that a tool which reports an error has done nothing. */
  no_effect_on_error: z.boolean().default(false),
  /** A result that is one text and no structured content is JSON, written as text. */
  text_is_json: z.boolean().default(false),
  /** The tools of this binding as they were when it was reviewed. One that is described otherwise now is not called. */
  pins: z.array(toolDefinition).max(5).default([]),
});
export type McpBinding = z.infer<typeof mcpBinding>;
