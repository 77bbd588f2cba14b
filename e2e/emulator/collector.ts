import { appendFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A collector of spans. `endpoint`: its address; `file`: a line for each request that it took, its body as it was sent. */
export type Collector = { readonly endpoint: string; readonly file: string; stop(): Promise<void> };

/** Takes spans over OTLP/HTTP on this machine, so that tests can read what deployed functions sent. */
export const startCollector = async (file: string): Promise<Collector> => {
  await writeFile(file, "");
  const server = createServer((request, response) => {
    const taken = text(request).then((body) => appendFile(file, `${body}\n`));
    const answered = (status: number) => response.writeHead(status, { "content-type": "application/json" }).end("{}");
    taken.then(
      () => answered(200),
      () => answered(500),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { endpoint: `http://127.0.0.1:${port}`, file, stop };
};
