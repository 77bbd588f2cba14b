import { randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import { type Contacts, contactsServer } from "./mcp-contacts.ts";

export type Sessions = {
  fetch(request: Request): Promise<Response>;
  /** Ids of the sessions that were begun, in order. */
  readonly begun: string[];
  /** As a server that was started again: it knows no session any more. */
  forget(): void;
};

/** The server of contacts as servers of 2025-11-25 are that keep a session for each client. */
export const sessionsOf = (store: Contacts, die: () => void): Sessions => {
  const known = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const begun: string[] = [];
  return {
    begun,
    forget: () => known.clear(),
    fetch: async (request) => {
      const named = request.headers.get("mcp-session-id");
      if (named !== null) {
        const session = known.get(named);
        return session === undefined
          ? new Response("no such session", { status: 404 })
          : session.handleRequest(request);
      }
      const session = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        enableJsonResponse: true,
        onsessioninitialized: (id) => {
          begun.push(id);
          known.set(id, session);
        },
      });
      await contactsServer(store, die).connect(session);
      return session.handleRequest(request);
    },
  };
};
