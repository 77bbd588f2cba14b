import { InvalidPageToken } from "../../../shared/ports/page-token.ts";

/** The mark of a page of steps: where it begins in the resolved order. */
export const rankMark = (rank: number): string => Buffer.from(`rank:${rank}`).toString("base64url");

/** @throws InvalidPageToken */
export const rankAfter = (mark: string | undefined): number => {
  if (mark === undefined) return 0;
  const found = /^rank:(\d{1,9})$/.exec(Buffer.from(mark, "base64url").toString());
  if (found === null) throw new InvalidPageToken(mark);
  return Number(found[1]);
};
