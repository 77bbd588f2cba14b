import type { Declared } from "../../../shared/contracts/binding/declared.ts";
import type { Reference, Sources } from "../../../shared/contracts/binding/reference.ts";
import type { LeftOut, Passing, PushBack } from "../../../shared/execution/call-outcome.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import type { Result } from "../../../shared/plan/result.ts";
import { type LiveToolCall, type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";

/**
 * The result of one request. `without_effect`: the other side says, in a way that its contract takes its word for, that
 * nothing was done. `absent`: that what was asked for is not there. `not_looked_at`: that it refused before it
 * looked at what was asked. `unmakeable`: no request can be made of the call's own values, at any time.
 */
export type Reply =
  | ({ readonly kind: "done"; readonly body: Json } & LeftOut & Inexact)
  | ({
      readonly kind: "unsent";
      readonly error: string;
      readonly quarantined?: true;
      readonly unmakeable?: true;
    } & PushBack &
      Passing)
  | ({
      readonly kind: "without_effect";
      readonly error: string;
      readonly absent?: true;
      readonly not_looked_at?: true;
    } & PushBack &
      Passing)
  | ({
      readonly kind: "unknown";
      readonly error: string;
      readonly absent?: true;
      readonly timed_out?: true;
      /** It did answer, with what does not say what came of the call. */
      readonly answered?: true;
    } & PushBack &
      Passing);

/** How requests of one kind of binding are made, for one call of a tool. The answer holds the text of no secret. */
export type Means<Request> = {
  readonly binding: Declared<Request>;
  /** With the secrets for reading. */
  read(request: Request, sources: Sources): Promise<Reply>;
  /** The request as an approver sees it, or in words why it cannot be made. */
  inWords(request: Request, sources: Sources): Result<string, string>;
  /** The name of the record that a request reads. */
  record(request: Request, sources: Sources): string | undefined;
  referencesIn(request: Request): readonly Reference[];
  /** Those whose values are sent with their types: a text is not sent there as the number that it stands for. */
  typedReferencesIn(request: Request): readonly Reference[];
};

/** Of a function that acts. */
export type LiveMeans<Request> = Means<Request> & {
  /** With the secrets for writing. */
  write(request: Request, sources: Sources): Promise<Reply>;
};

/** One call of a tool on its way. */
export type Acting<Request> = { readonly means: Means<Request>; readonly call: ToolCall };
export type ActingLive<Request> = { readonly means: LiveMeans<Request>; readonly call: LiveToolCall };

/** Arguments are known from the beginning; the rest is added where it is known. */
export const sourcesOf = ({ arguments: args }: ToolCall, more: Sources = {}): Sources => ({
  $arg: (pointer) => valueAt(args, pointer),
  ...more,
});

/** A request that can be made of the call's own values at no time: another start could not make it either. */
export class Unmakeable extends ToolFailure {}

export const isUnmakeable = (
  reply: Reply,
): reply is Extract<Reply, { kind: "unsent" }> & { readonly unmakeable: true } =>
  reply.kind === "unsent" && reply.unmakeable === true;

/** The pause that the other side asks for, as outcomes and failures say it. */
export const pushBackOf = (said: Reply | ToolFailure | PushBack): PushBack => {
  const seconds = "again_in_seconds" in said ? said.again_in_seconds : undefined;
  return seconds === undefined ? {} : { again_in_seconds: seconds };
};

/** Whether asking again in a moment may help, as failures say it. */
export const passingOf = ({ passing }: Passing): Passing => (passing === true ? { passing } : {});

/** The answer of a request without effect. @throws ToolFailure for anything but a success */
export const readBody = async <Request>(
  acting: Acting<Request>,
  request: Request,
  sources: Sources,
  what: string,
): Promise<Json> => (await readWhole(acting, request, sources, what)).body;

/** The same, with the words of what could not be kept. @throws ToolFailure for anything but a success */
export const readWhole = async <Request>(
  { means }: Acting<Request>,
  request: Request,
  sources: Sources,
  what: string,
): Promise<Extract<Reply, { kind: "done" }>> => {
  const reply = await means.read(request, sources);
  if (reply.kind === "done") return reply;
  if (isUnmakeable(reply)) throw new Unmakeable(`${what}: ${reply.error}`);
  throw new ToolFailure(`${what}: ${reply.error}`, {
    timed_out: reply.kind === "unknown" && reply.timed_out === true,
    // Somebody else puts right whatever kept it from being sent, or it passes: the caller has nothing to change.
    unsent: reply.kind === "unsent",
    ...pushBackOf(reply),
    ...passingOf(reply),
  });
};
