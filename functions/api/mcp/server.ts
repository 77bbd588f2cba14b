import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { LONGEST_ADDRESS } from "../../../shared/contracts/offer/passed-names.ts";
import { jsonFaults } from "../../../shared/plan/json-faults.ts";
import { type Result, refuse } from "../../../shared/plan/result.ts";
import { listViolations } from "../../../shared/plan/violation.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";
import { invalidInput } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { API_VERSION } from "../version.ts";
import type { Asking } from "./asking.ts";
import { callNamed, resultOfNamed } from "./call-named.ts";
import { isDoorTool, told } from "./door-tools.ts";
import type { Dropped } from "./dropped-names.ts";
import type { GivenUp } from "./given-up.ts";
import { listTools } from "./list-tools.ts";
import { askToLook, howLooked } from "./look-at-request.ts";
import type { OfferDeps } from "./offers.ts";
import { listPrompts, listResources, listTemplates } from "./passed-on/list-passed.ts";
import { getPrompt, readResource } from "./passed-on/read-passed.ts";
import type { PassedOnDeps } from "./passed-on/servers.ts";
import { factsOf, resultOfProblem } from "./results.ts";
import { strayState } from "./second-round.ts";
import { type DoorDeps, useDoorTool } from "./use-door-tool.ts";

export type ServerDeps = DoorDeps & OfferDeps & PassedOnDeps;

/** Read by models that use the tools. */
const INSTRUCTIONS =
  "Every call of these tools is governed. It may be answered at once; it may be refused, with the reason and whether it may " +
  "be made again: heed that; or it may wait, for a person's approval for instance. A call that waits is not lost and not " +
  "failed: call buddy_wait with its id, or make the very same call again, which waits for the same outcome and is never made twice.";

/** Of the body that the library reads. */
export type Beside = {
  /** The ends of a wait before its time: its client has given it up, or nobody is waited for any more. */
  readonly givenUp: GivenUp;
  readonly signal: AbortSignal;
  readonly dropped: Dropped;
};

/** The server of one request: the same for every line of the protocol. */
export const mcpServer = (deps: ServerDeps, asking: Asking, beside: Beside): Server => {
  const server = new Server(
    { name: "buddy", title: "Buddy", version: API_VERSION },
    { capabilities: { tools: {}, prompts: {}, resources: {} }, instructions: INSTRUCTIONS },
  );
  const page = <Listed>(list: () => Promise<Listed>): Promise<Listed> => listPage(deps, asking, list);
  const reading = { deps, asking };
  server.setRequestHandler("tools/list", { params: pageAsked }, ({ cursor }) =>
    page(() => listTools(deps, asking, cursor)),
  );
  server.setRequestHandler("prompts/list", { params: pageAsked }, ({ cursor }) =>
    page(() => listPrompts({ ...reading, cursor })),
  );
  server.setRequestHandler("resources/list", { params: pageAsked }, ({ cursor }) =>
    page(() => listResources({ ...reading, cursor })),
  );
  server.setRequestHandler("resources/templates/list", { params: pageAsked }, ({ cursor }) =>
    page(() => listTemplates({ ...reading, cursor })),
  );
  server.setRequestHandler("prompts/get", { params: promptAsked }, ({ name, arguments: given = {} }, { mcpReq }) =>
    answerOf(deps, asking, async () => {
      const faults = [...(beside.dropped.get(mcpReq.id) ?? []), ...jsonFaults({ name, arguments: given }).violations];
      return faults.length > 0 ? refuse(invalidInput(listViolations(faults))) : getPrompt(reading, name, given);
    }),
  );
  server.setRequestHandler("resources/read", { params: resourceAsked }, ({ uri }) => {
    const { violations } = jsonFaults({ uri });
    const read = async () =>
      violations.length > 0 ? refuse(invalidInput(listViolations(violations))) : readResource(reading, uri);
    return answerOf(deps, asking, read, { uri });
  });
  server.setRequestHandler(
    "tools/call",
    async ({ params }, { mcpReq }): Promise<CallToolResult | InputRequiredResult> => {
      const violations = beside.dropped.get(mcpReq.id);
      if (violations !== undefined) return resultOfProblem(invalidInput(listViolations(violations)));
      const { name, arguments: given } = params;
      const waiting = beside.givenUp.listen(asking, mcpReq.id);
      const signal = AbortSignal.any([mcpReq.signal, waiting.signal, beside.signal]);
      try {
        const looked = howLooked(mcpReq);
        if (isDoorTool(name)) {
          if (looked.round?.state !== undefined) return resultOfProblem(strayState(name));
          return await useDoorTool({ deps, asking, signal }, name, given ?? {});
        }
        const call = { name, arguments: given, meta: mcpReq._meta, ...looked };
        const named = await callNamed(deps, asking, call, signal);
        return (looked.may_ask ? askToLook(named) : undefined) ?? (await resultOfNamed(deps, named));
      } catch (error) {
        // A result, since a model is shown those.
        return { ...told(surprise(deps, asking, error).message), isError: true };
      } finally {
        waiting.done();
      }
    },
  );
  return server;
};

const listPage = async <Listed>(deps: ServerDeps, asking: Asking, list: () => Promise<Listed>): Promise<Listed> => {
  try {
    return await list();
  } catch (error) {
    if (error instanceof InvalidPageToken) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "cursor is not one that a page before gave");
    }
    throw surprise(deps, asking, error);
  }
};

/** Read here: parameters that do not fit are called the server's own error where the library reads them by itself. */
const pageAsked = z.looseObject({ cursor: z.string().optional() });
const promptAsked = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.string()).optional() });
/** No address that is passed on is longer, and the answer repeats it. */
const resourceAsked = z.looseObject({ uri: z.string().max(LONGEST_ADDRESS) });

/** Kinds of problems that lie in what was asked for. */
const OF_THE_QUESTION = [400, 404];

/** The protocol has no result for a prompt or resource that is not given: it is an error, with everything that is known. */
const answerOf = async <Value>(
  deps: ServerDeps,
  asking: Asking,
  read: () => Promise<Result<Value, Problem>>,
  about: Record<string, unknown> = {},
): Promise<Value> => {
  const answered = await read().catch((error: unknown) => {
    throw surprise(deps, asking, error);
  });
  if (answered.ok) return answered.value;
  const { status, detail, violations = [] } = answered.refusal;
  const { InvalidParams, InternalError } = ProtocolErrorCode;
  const words = [detail, ...violations.map(({ path, message }) => `${path} ${message}`)].join("; ");
  const code = OF_THE_QUESTION.includes(status) ? InvalidParams : InternalError;
  throw new ProtocolError(code, words, { ...about, ...factsOf(answered.refusal) });
};

const surprise = (deps: Pick<ServerDeps, "log" | "ids">, { correlation_id }: Asking, error: unknown): ProtocolError => {
  const instance = `urn:buddy:request:${deps.ids.next()}`;
  deps.log.error("a request failed", { instance, route: "/mcp", correlation_id }, asError(error));
  const words = `Something went wrong here (${instance}). Nothing is known about what was done: ask buddy_status, or make the same call again, which is not made twice.`;
  return new ProtocolError(ProtocolErrorCode.InternalError, words);
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
