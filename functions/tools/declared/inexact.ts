import type { Source } from "../../../shared/contracts/binding/reference.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { isAtOrBelow, valueAt } from "../../../shared/plan/json-pointer.ts";
import type { Means } from "./means.ts";

/** Whether anything in a place, or around it, cannot be said again as it was. */
export const isInexact = ({ inexact = [] }: Inexact, pointer: string): boolean =>
  inexact.some((place) => isAtOrBelow(place, pointer) || isAtOrBelow(pointer, place));

/**
 * Places of a source that an undo would send otherwise than the service wrote them. A number that is kept as its text
 * has the same digits in an address or a form, and is another value in JSON.
 */
export const sentOtherwise = <Request>(
  { binding: { undo }, referencesIn, typedReferencesIn }: Means<Request>,
  source: Source,
  said: Inexact,
  valueAt: (pointer: string) => Json | undefined,
): string[] => {
  if (undo === undefined || said.inexact === undefined) return [];
  const requests = undo.only_when === undefined ? [undo] : [undo, undo.only_when.request];
  const sent = requests.flatMap((request) => [
    ...referencesIn(request).map((reference) => ({ reference, typed: false })),
    ...typedReferencesIn(request).map((reference) => ({ reference, typed: true })),
  ]);
  const lost = sent.flatMap(({ reference, typed }) => {
    if (reference.source !== source || !isInexact(said, reference.pointer)) return [];
    return typed || typeof valueAt(reference.pointer) !== "string" ? [reference.pointer] : [];
  });
  return [...new Set(lost)];
};

/** Places at or below one, of a value that is shown, at which a field is left out: nothing there says so. */
export const leftOutAt = ({ inexact = [] }: Inexact, body: Json, pointer: string): string[] =>
  inexact.filter((place) => isAtOrBelow(place, pointer) && valueAt(body, place) === undefined);

/** Why an undo is not made that would send these, of this. */
export const inexactInWords = (pointers: readonly string[], of: string): string => {
  const named = pointers.map((pointer) => pointer || "the whole").join(", ");
  return `${named} of ${of} cannot be put back exactly: a number there has more digits than are kept, or a field there is left out`;
};
