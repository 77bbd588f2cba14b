import { digestOf } from "../../../shared/plan/digest.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";

/** Enough that no mark fits another listing by accident; it keeps no secret. */
const SEAL_LENGTH = 12;

const sealOf = (listing: Json, place: string): string =>
  digestOf("page-mark", { listing, place }).slice(0, SEAL_LENGTH);

/**
 * The mark of a page as callers have it: where it goes on, sealed to its listing and to what that was asked for. In another
 * listing, or under another filter, the same place would leave something out, or begin anew.
 */
export const sealedMark = (listing: Json, place: string): string => `${sealOf(listing, place)}.${place}`;

/** Where a page goes on. @throws InvalidPageToken where it is not a mark that this listing gave out */
export const placeIn = (listing: Json, mark: string): string => {
  const place = mark.slice(SEAL_LENGTH + 1);
  if (place === "" || sealedMark(listing, place) !== mark) throw new InvalidPageToken(mark);
  return place;
};
