/** A file of the console as it is sent. `name` is `index.html`, or of an asset, which changes when its content does. */
export type ConsoleFile = {
  readonly name: string;
  readonly content_type: string;
  readonly content: Uint8Array<ArrayBuffer>;
};

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** A file with its type, by the end of its name. @throws Error for an end that nobody said anything about */
export const consoleFile = (name: string, content: Uint8Array): ConsoleFile => {
  const content_type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
  if (content_type === undefined) throw new Error(`nobody said what ${name} is to a browser`);
  return { name, content_type, content: new Uint8Array(content) };
};
