import { Surprise } from "../plan/surprise.ts";

/** `next` of a listing is not one that a page before it gave out. The caller's mistake. */
export class InvalidPageToken extends Surprise {
  override readonly name = "InvalidPageToken";
  constructor(token: string) {
    super(`next is not the mark of a page: ${token}`);
  }
}
