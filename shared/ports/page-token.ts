/** `next` of a listing is not one that a page before it gave out. The caller's mistake. */
export class InvalidPageToken extends Error {
  constructor(token: string) {
    super(`next is not the mark of a page: ${token}`);
    this.name = "InvalidPageToken";
  }
}
