/** A file of the console as it is sent. `name` is `index.html`, or of an asset, which changes when its content does. */
export type ConsoleFile = {
  readonly name: string;
  readonly content_type: string;
  readonly content: Uint8Array<ArrayBuffer>;
};
