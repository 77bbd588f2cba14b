import { digestOfBytes } from "../../../shared/plan/digest.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { giveOnce, timesGiven } from "../http/given-once.ts";
import { conflicting, oneViolation } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

/** Why a key is refused that stands for another request: for ever, until another key is used. */
export const ANOTHER_BODY = "another_body";

/** Visible ASCII in a header, and short enough to be somebody's key. */
const KEY = /^[\x21-\x7e]{1,255}$/;

export type KeyedRequest = {
  readonly submitter: string;
  readonly idempotency_key: string | undefined;
  /** The request for which the key stands: the same text under it is the same request. */
  readonly text: string;
  /** The texts that releases before remembered in its place. */
  readonly texts_before?: readonly string[];
};

/** The execution that a request's key was remembered for; it may never have come to be. */
export type Remembered = { readonly execution_id: string; readonly on_record: boolean };

/** The word of a request's `Idempotency-Key` about it. */
export type RequestKey = {
  /** Undefined where it came without one. */
  readonly key: { readonly submitter: string; readonly idempotency_key: string } | undefined;
  readonly body_digest: string;
  /** Of the texts that releases before remembered. */
  readonly digests_before: readonly string[];
  readonly before: Remembered | undefined;
};

/** Whether the same request came before; one of the same key and another body is refused. */
export const recallKey = async (
  { executions }: Pick<Deps, "executions">,
  { submitter, idempotency_key, text, texts_before = [] }: KeyedRequest,
): Promise<Result<RequestKey, Problem>> => {
  const digests = { body_digest: digestOfBytes(text), digests_before: texts_before.map(digestOfBytes) };
  if (idempotency_key === undefined) return accept({ key: undefined, ...digests, before: undefined });
  if (!KEY.test(idempotency_key)) {
    const times = timesGiven(idempotency_key, (part) => KEY.test(part));
    const message = times > 1 ? giveOnce(times) : "must have 1 to 255 visible ASCII characters";
    return refuse(oneViolation({ path: "/header/Idempotency-Key", rule: "format", message }));
  }
  const key = { submitter, idempotency_key };
  const known = await executions.recall(key);
  if (known === undefined) return accept({ key, ...digests, before: undefined });
  const { execution_id } = known;
  if (!isSame(digests, known)) return refuse(otherBody(execution_id));
  const on_record = (await executions.get(execution_id)) !== undefined;
  return accept({ key, ...digests, before: { execution_id, on_record } });
};

const isSame = (
  { body_digest, digests_before }: Pick<RequestKey, "body_digest" | "digests_before">,
  known: { readonly body_digest: string },
): boolean => known.body_digest === body_digest || digests_before.includes(known.body_digest);

/**
 * Remembers the execution for which the key stands from now on.
 * @returns its id: of two requests under one key at once, both get the first's; without a key, the one that is wanted
 */
export const rememberKey = async (
  { executions }: Pick<Deps, "executions">,
  { key, ...digests }: RequestKey,
  wanted: string,
): Promise<Result<string, Problem>> => {
  if (key === undefined) return accept(wanted);
  const first = await executions.remember(key, { body_digest: digests.body_digest, execution_id: wanted });
  if (first.kind === "written") return accept(wanted);
  return isSame(digests, first) ? accept(first.execution_id) : refuse(otherBody(first.execution_id));
};

const otherBody = (execution_id: string): Problem => ({
  ...conflicting(`this Idempotency-Key came with another body before (execution ${execution_id}); use a new key`),
  reason: ANOTHER_BODY,
});
