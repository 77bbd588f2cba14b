import type { Json } from "../../plan/json.ts";
import type { Violation } from "../../plan/violation.ts";
import type { Declared } from "../binding/declared.ts";
import { unknownArgument } from "../binding/known-arguments.ts";
import { type Reference, referenceInWords } from "../binding/reference.ts";
import { readTemplate } from "../binding/template.ts";
import type { ToolContractInput } from "../tool-contract.ts";

/** A request of a binding: where it stands, and what is known when it is made. */
export type Placed<Request> = {
  readonly at: string;
  readonly request: Request;
  readonly knows: readonly Reference["source"][];
};

/** Every request that a binding may make, with what is known when it is made. */
export const requestsOf = <Request>({ call, read, look_up, undo }: Declared<Request>): Placed<Request>[] => [
  { at: "/binding/call", request: call, knows: ["$arg", "$key"] },
  ...(read === undefined ? [] : [{ at: "/binding/read", request: read, knows: ["$arg"] } as const]),
  ...(look_up === undefined
    ? []
    : [{ at: "/binding/look_up/request", request: look_up.request, knows: ["$arg", "$key"] } as const]),
  ...(undo === undefined
    ? []
    : [{ at: "/binding/undo", request: undo, knows: ["$arg", "$old", "$output", "$key"] } as const]),
  ...(undo?.only_when === undefined
    ? []
    : [
        {
          at: "/binding/undo/only_when/request",
          request: undo.only_when.request,
          knows: ["$arg", "$old", "$output"],
        } as const,
      ]),
];

/** JSON with places. */
export type PlacedTemplate = {
  readonly at: string;
  readonly template: Json;
  readonly knows: readonly Reference["source"][];
};

/** JSON beside the requests that has places: what an answer is compared with. */
export const templatesOf = ({ changes, look_up, undo }: Declared<unknown>): PlacedTemplate[] => [
  ...changes.map((change, index) => ({
    at: `/binding/changes/${index}/new`,
    template: change.new,
    knows: ["$arg"] as const,
  })),
  ...(look_up === undefined
    ? []
    : [
        {
          at: "/binding/look_up/happened_when/equals",
          template: look_up.happened_when.equals,
          knows: ["$arg", "$key"] as const,
        },
      ]),
  ...(look_up?.did_not_happen_when === undefined
    ? []
    : [
        {
          at: "/binding/look_up/did_not_happen_when/equals",
          template: look_up.did_not_happen_when.equals,
          knows: ["$arg", "$key"] as const,
        },
      ]),
  ...(undo?.only_when === undefined
    ? []
    : [
        {
          at: "/binding/undo/only_when/still/equals",
          template: undo.only_when.still.equals,
          knows: ["$arg", "$old", "$output"] as const,
        },
      ]),
];

/** Places that must be known to be filled in: the sources of this request, and the arguments that the tool has. */
export const referenceFault = (
  { input_schema }: Pick<ToolContractInput, "input_schema">,
  knows: readonly Reference["source"][],
  reference: Reference,
): string | undefined => {
  if (!knows.includes(reference.source)) {
    return `takes the ${referenceInWords(reference)}, which is not known when it is made; there is ${knows.join(", ")}`;
  }
  return reference.source === "$arg" ? unknownArgument(input_schema, reference.pointer) : undefined;
};

/** Objects that look like a place and are none. */
export const templateFaults = ({ at, template }: PlacedTemplate): Omit<Violation, "rule">[] =>
  readTemplate(template, at).faults.map((fault) => ({ path: fault.at, message: fault.message }));

/** Places that are never filled in. */
export const referenceFaults = (
  contract: ToolContractInput,
  { at, template, knows }: PlacedTemplate,
): Omit<Violation, "rule">[] =>
  readTemplate(template, at).places.flatMap((place) => {
    const fault = referenceFault(contract, knows, place.reference);
    return fault === undefined ? [] : [{ path: place.at, message: fault }];
  });
