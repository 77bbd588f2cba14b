import { z } from "zod";
import type { Log } from "../../shared/ports/log.ts";
import type { Prepared } from "./prepare.ts";

/** The request that CloudFormation sends to a custom resource; every property arrives as text. */
const request = z.object({
  RequestType: z.enum(["Create", "Update", "Delete"]),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.object({ SeedSandbox: z.stringbool() }),
});
type Request = z.infer<typeof request>;

type Using = {
  readonly prepare: (what: { readonly seed: boolean }) => Promise<Prepared>;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
};

/**
 * A deployment's first act, as a custom resource: prepares the records when the stack is created or updated, leaves
 * them alone when it goes. CloudFormation waits for an answer at the URL it sent, so a failure is answered too.
 * @throws when CloudFormation does not take the answer: Lambda then tries again
 */
export const customResource =
  ({ prepare, fetch, log }: Using) =>
  async (input: unknown): Promise<void> => {
    const asked = request.parse(input);
    const answer = await outcomeOf({ prepare, log }, asked);
    log.info("prepared", { request: asked.RequestType, status: answer.Status });
    const response = await fetch(asked.ResponseURL, { method: "PUT", body: JSON.stringify(answerTo(asked, answer)) });
    if (!response.ok) throw new Error(`CloudFormation answered ${response.status} to the answer of Prepare`);
  };

type Outcome = { readonly Status: "SUCCESS" | "FAILED"; readonly Reason: string };

const outcomeOf = async ({ prepare, log }: Pick<Using, "prepare" | "log">, asked: Request): Promise<Outcome> => {
  if (asked.RequestType === "Delete") return { Status: "SUCCESS", Reason: "the records stay as they are" };
  try {
    const { contracts, records } = await prepare({ seed: asked.ResourceProperties.SeedSandbox });
    return { Status: "SUCCESS", Reason: `${contracts} contracts and ${records} records of the sandbox were new` };
  } catch (error) {
    log.error("the records could not be prepared", {}, error);
    return { Status: "FAILED", Reason: error instanceof Error ? error.message : String(error) };
  }
};

const answerTo = (asked: Request, outcome: Outcome) => ({
  ...outcome,
  StackId: asked.StackId,
  RequestId: asked.RequestId,
  LogicalResourceId: asked.LogicalResourceId,
  // The same through every update: CloudFormation takes another id for a replacement, and deletes the first.
  PhysicalResourceId: asked.PhysicalResourceId ?? "prepared-records",
});
