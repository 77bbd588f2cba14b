import { z } from "zod";

const name = "[A-Za-z0-9_-]{1,64}";
const qualifier = String.raw`(?::(?:\$LATEST|[A-Za-z0-9_-]{1,128}))?`;
const arn = String.raw`arn:aws[a-z-]{0,20}:lambda:[a-z0-9-]{1,32}:\d{12}:function:`;

/** A function by its name or its whole ARN, with an alias or a version where one is meant: `crm-notes:live`. */
const functionName = z
  .string()
  .regex(
    new RegExp(`^(?:${arn})?${name}${qualifier}$`),
    "must be a function's name or its whole ARN, with :alias or :version where one is meant",
  );

/** A call is one invocation of a function of the team's, which answers before it ends. */
export const lambdaBinding = z.strictObject({
  kind: z.literal("lambda"),
  function: functionName,
  /**
   * Another function, which is asked what changes nothing: previews, and whether a call happened. DRY_RUN's role can
   * invoke nothing else, so that without it there are no previews.
   */
  read_function: functionName.exactOptional(),
  /** The reading function can say what a call would change; without, an approver reads that old values are unknown. */
  previews: z.boolean().default(false),
  /** The function can undo a call. */
  undo: z.boolean().default(false),
  /** It can tell whether a call of a given key happened. */
  looks_up: z.boolean().default(false),
});
export type LambdaBinding = z.infer<typeof lambdaBinding>;

/** `crm-notes` of `arn:...:function:crm-notes:live`: tags, and so rights, are of the function and not of its alias. */
export const bareName = (text: string): string => text.replace(/^arn:.*:function:/, "").replace(/:.*$/, "");
