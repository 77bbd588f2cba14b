import type { GetPromptResult, ReadResourceResult } from "@modelcontextprotocol/server";
import {
  namedMessages,
  namedReading,
  type OfServer,
  promptNamed,
  resourceAt,
} from "../../../../shared/contracts/offer/passed-names.ts";
import { argumentSizeFault } from "../../../../shared/plan/argument-size.ts";
import { digestOf } from "../../../../shared/plan/digest.ts";
import { accept, type Result, refuse } from "../../../../shared/plan/result.ts";
import { quoted } from "../../../../shared/plan/suggestion.ts";
import type { NotPassed } from "../../../../shared/ports/mcp.ts";
import { conflicting, oneViolation, problemOf } from "../../http/problems.ts";
import type { Problem } from "../../schemas.ts";
import type { Asking } from "../asking.ts";
import { MOST_OUTPUT_BYTES } from "../results.ts";
import { heldBack, type PassedKind, type PassedOnDeps, passesTo } from "./servers.ts";

type Reading = { readonly deps: PassedOnDeps; readonly asking: Asking };

/** A prompt of a server, with its arguments put in by the server. */
export const getPrompt = async (
  { deps, asking }: Reading,
  name: string,
  args: Readonly<Record<string, string>>,
): Promise<Result<GetPromptResult, Problem>> => {
  const fault = argumentSizeFault({ ...args });
  if (fault !== undefined) return refuse(oneViolation({ path: "/arguments", rule: "argument_size", message: fault }));
  return passed({ deps, asking }, { kind: "prompts", called: `prompt ${quoted(name)}`, of: promptNamed(name) }, (of) =>
    asNamed(deps.passedOn.prompt(of.server, of.own, args), (messages) => namedMessages(of.server, messages)),
  );
};

/** A resource of a server as it is now. */
export const readResource = ({ deps, asking }: Reading, uri: string): Promise<Result<ReadResourceResult, Problem>> =>
  passed({ deps, asking }, { kind: "resources", called: `resource ${quoted(uri)}`, of: resourceAt(uri) }, (of) =>
    asNamed(deps.passedOn.resource(of.server, of.own), (reading) => namedReading(of.server, reading)),
  );

const asNamed = async <Value>(
  answered: Promise<Result<Value, NotPassed>>,
  named: (value: Value) => Value,
): Promise<Result<Value, NotPassed>> => {
  const answer = await answered;
  return answer.ok ? accept(named(answer.value)) : answer;
};

type Wanted = { readonly kind: PassedKind; readonly called: string; readonly of: OfServer | undefined };

const passed = async <Value extends GetPromptResult | ReadResourceResult>(
  { deps, asking }: Reading,
  { kind, called, of }: Wanted,
  read: (of: OfServer) => Promise<Result<Value, NotPassed>>,
): Promise<Result<Value, Problem>> => {
  // In the same words whether there is no such server or it is not for this agent: its name tells nothing.
  const none = problemOf("not-found", `${called} is none that this agent may read: ${kind}/list names those`);
  if (of === undefined || !(await passesTo(deps, asking, kind, of.server))) return refuse(none);
  const held = await heldBack(deps, asking);
  if (held !== undefined) return refuse(conflicting(`${called} is not read: ${held}`));
  const answer = await read(of);
  if (!answer.ok) return refuse(inProblem(called, of.server, answer.refusal));
  const text = JSON.stringify(answer.value);
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_OUTPUT_BYTES) {
    return refuse(problemOf("answer-too-large", `${called} has ${bytes} bytes, and at most ${MOST_OUTPUT_BYTES} fit`));
  }
  const { agent, submitter, correlation_id } = asking;
  const digests = { name_digest: digestOf("passed-name", of.own), content_digest: digestOf("passed-on", text) };
  deps.log.info("an agent was given what a server passes on", {
    ...{ agent, submitter, correlation_id, kind, server: of.server, bytes },
    ...digests,
  });
  return answer;
};

const inProblem = (called: string, server: string, { because, why }: NotPassed): Problem => {
  switch (because) {
    case "unknown":
      return problemOf("not-found", `server ${server} does not give ${called}: ${why}`);
    case "unanswered":
      return problemOf("unanswered", `server ${server} did not give ${called}: ${why}`);
    case "unfit":
      return problemOf("unfit-answer", `${called} cannot be passed on from server ${server}: ${why}`);
  }
};
