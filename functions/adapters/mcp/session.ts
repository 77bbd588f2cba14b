import { AsyncLocalStorage } from "node:async_hooks";
import type { Transport } from "@modelcontextprotocol/client";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { McpCredentials } from "../../../shared/ports/mcp.ts";

/** A way to a server, not yet used. */
export type Opened = {
  readonly transport: Transport;
  /** Whether the newest protocol is asked for first; a program is spoken to in the one that all of them know. */
  readonly negotiates: boolean;
  /** The end of what a program said on stderr; empty for what is no program. */
  said(): string;
};

/** One call on its way: whether anything of it has left, when its server asks for it again, and what stops it. */
export type Underway = { readonly state: UnderwayState; readonly signal?: AbortSignal };
export type UnderwayState = { sent: boolean; again_in_seconds?: number };

/** The call that a request belongs to; the library in between does not hand it on. */
export const underway = new AsyncLocalStorage<Underway>();

/** Opens a way to a server. `credentials`: as they are when a request is made. @throws NotSent where it must not be used */
export type Open = (credentials: () => McpCredentials) => Opened;

/** The schemas of arguments that a server listed last, by the tool's name. */
export type Listed = ReadonlyMap<string, JsonObject>;
