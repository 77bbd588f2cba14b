import { z } from "zod";
import { json } from "../../plan/json.ts";
import { isPointer } from "../../plan/json-pointer.ts";

export const pointer = z.string().refine(isPointer, "must be a JSON Pointer, such as /contact/stage");

/** The value at `path` of an answer is this one. */
export const condition = z.strictObject({ path: pointer, equals: json });
export type Condition = z.infer<typeof condition>;

/** Fields that a call changes: where its read shows the old value, and what the new one will be. */
export const changes = z
  .array(z.strictObject({ field: z.string().min(1).max(200), old: pointer, new: json }))
  .max(100)
  .default([]);

/** Says of an answer whether the call that is asked about happened. */
export const lookUpConditions = {
  happened_when: condition,
  did_not_happen_when: condition.exactOptional(),
  output: pointer.exactOptional(),
};

/**
 * The parts of a binding that declares its requests, whatever a request is made of: the call, and beside it what reads,
 * asks and undoes. `output`: where in an answer the output stands; all of it unless said.
 */
export type Declared<Request> = {
  readonly call: Request & { readonly output?: string };
  readonly read?: Request;
  readonly changes: z.infer<typeof changes>;
  readonly look_up?: {
    readonly request: Request;
    readonly happened_when: Condition;
    readonly did_not_happen_when?: Condition;
    readonly output?: string;
  };
  readonly undo?: Request & { readonly only_when?: { readonly request: Request; readonly still: Condition } };
};
