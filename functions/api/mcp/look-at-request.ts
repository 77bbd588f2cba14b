import {
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import type { CallWaitsFor } from "../../../shared/execution/call/answer.ts";
import type { Result } from "../../../shared/plan/result.ts";
import type { Problem } from "../schemas.ts";
import type { NamedReply } from "./call-named.ts";
import type { SecondRound } from "./second-round.ts";

/** The request to people, among what a client is asked for. */
const REQUEST = "approval";

/** A call is at the person it needs within moments; the client then shows its own person where that is. */
const BEFORE_ASKING_SECONDS = 5;

export type Looked = {
  /** The client can show its person a page, and has not been asked to yet. */
  readonly may_ask: boolean;
  readonly wait_seconds?: number;
  /** Of a request that goes on after it. */
  readonly round?: SecondRound;
};

const showsPages = z.looseObject({
  [CLIENT_CAPABILITIES_META_KEY]: z.looseObject({ elicitation: z.looseObject({ url: z.looseObject({}) }) }),
});

/**
 * How far a client was asked to show its person where a call is decided. It can where it says so with its request, as
 * every request of the newer line does. The answer to that decides nothing: an approval is given where it is asked for.
 */
export const howLooked = ({
  envelope,
  inputResponses,
  requestState,
}: Pick<ServerContext["mcpReq"], "envelope" | "inputResponses" | "requestState">): Looked => {
  // One that is no string is refused by the library.
  const state = z.string().optional().parse(requestState());
  if (inputResponses !== undefined) {
    const answer = inputResponse(inputResponses, REQUEST);
    const looks = answer.kind === "elicit" && answer.action === "accept";
    return { may_ask: false, round: { state }, ...(looks ? {} : { wait_seconds: 0 }) };
  }
  if (state !== undefined) return { may_ask: false, round: { state } };
  if (!showsPages.safeParse(envelope).success) return { may_ask: false };
  return { may_ask: true, wait_seconds: BEFORE_ASKING_SECONDS };
};

const TO_APPROVE =
  "A person has to approve this call first. It is decided at this address; the call goes on by itself then.";

/** A client's person is told of the open request by what the call waits for. */
const WORDS: Readonly<Record<CallWaitsFor, string>> = {
  approval: TO_APPROVE,
  // A request that is open beside these asks before the call is made.
  resource: TO_APPROVE,
  worker: TO_APPROVE,
  // People say there what happened.
  outcome:
    "This call was made already, and what became of it is not known or not settled. A person finds that out and says it at this address: nothing is approved there.",
  unlock:
    "An operator's lock holds this call, or did and nobody has resumed it yet. What people are asked about it is at this address, and is decided there once the lock is lifted and the call resumed.",
};

/** Asks the client to show its person the open request; undefined where no person is waited for. */
export const askToLook = (named: Result<NamedReply, Problem>): InputRequiredResult | undefined => {
  if (!named.ok) return undefined;
  const { reply } = named.value;
  if (reply.outcome !== "waiting" || reply.approval_url === null) return undefined;
  const message = WORDS[reply.for];
  return inputRequired({
    inputRequests: { [REQUEST]: inputRequired.elicitUrl({ message, url: reply.approval_url }) },
    // It grants nothing, so that it needs no seal: who comes with it is answered for a call of its own or refused.
    requestState: reply.call_id,
  });
};
