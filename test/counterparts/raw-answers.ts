import { createServer, type Socket } from "node:net";
import { listeningPort } from "./listening-port.ts";

export type RawAnswers = {
  readonly host: string;
  readonly origin: string;
  /** Answers each request so from now on, byte for byte; `closes`: and then the connection is ended. */
  says(text: string | Buffer, closes?: "closes" | undefined): void;
  /** Resolves when the next request has come and was answered. */
  next(): Promise<void>;
  stop(): Promise<void>;
};

/** A server on loopback, by plain http, that answers each request with bytes that no HTTP server would write by itself. */
export const startRawAnswers = async (): Promise<RawAnswers> => {
  const open = new Set<Socket>();
  let waiting: (() => void)[] = [];
  let answer: { text: string | Buffer; closes: boolean } = { text: "", closes: true };
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      if (answer.closes) socket.end(answer.text);
      else socket.write(answer.text);
      for (const resolve of waiting) resolve();
      waiting = [];
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `localhost:${listeningPort(server)}`;
  return {
    host,
    origin: `http://${host}`,
    says: (text, closes) => {
      answer = { text, closes: closes === "closes" };
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const upgrade = (status: string): string => `HTTP/1.1 ${status}\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n`;

type Words = { readonly name: string; readonly text: string; readonly closes?: "closes" };

/** Words of a server in the place of an answer, and whether it then ends the connection. */
export const NO_ANSWERS: readonly Words[] = [
  { name: "another protocol", text: upgrade("101 Switching Protocols") },
  { name: "another protocol, then an end", text: upgrade("101 Switching Protocols"), closes: "closes" },
  { name: "a beginning of an answer, then an end", text: "HTTP/1.1 103 Early Hints\r\n\r\n", closes: "closes" },
  { name: "half of a status line, then an end", text: "HTTP/1.1 20", closes: "closes" },
  { name: "an end", text: "", closes: "closes" },
  { name: "half of a body, then an end", text: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", closes: "closes" },
  {
    name: "half of a chunk, then an end",
    text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{",
    closes: "closes",
  },
  { name: "words of no protocol", text: "220 mail.example.com\r\n\r\n", closes: "closes" },
];

/** Words of a server after which a request waits until its time is over. */
export const ENDLESS: readonly Words[] = [
  { name: "nothing", text: "" },
  { name: "beginnings of an answer", text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" },
  { name: "half of a body", text: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{" },
];
