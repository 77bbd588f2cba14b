import type { LedgerSide } from "../../../shared/execution/record/ledger-row.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import type { Moved } from "../../../shared/ports/contention.ts";

/**
 * The sandbox world: what LIVE calls act on until a team connects its own services. Records by collection and id, each
 * a flat object of fields; every change is one conditional write of one record.
 */
export type WorldRecord = {
  readonly collection: string;
  readonly id: string;
  readonly value: JsonObject;
  /** Grows with every write; 0 stands for a record that never was. */
  readonly version: number;
  /** The writer of the value that stands in a field, in words. */
  readonly writers: { readonly [field: string]: string };
};

/** The reader that previews are made from: it has no way to write. */
export interface WorldReader {
  read(collection: string, id: string): Promise<WorldRecord | undefined>;
  /** Records of the collection whose id begins with `prefix`, by id. */
  list(collection: string, query?: { readonly prefix?: string }): Promise<WorldRecord[]>;
}

/** The trace of a call on the record it wrote, stored by the same write: a lost reply loses nothing. */
export type CallMark = {
  readonly side: LedgerSide;
  readonly key: string;
  readonly output: Json;
  readonly undo: JsonObject | null;
};

/**
 * The writer, in words, and the call it belongs to; `mark: null` for a change that is no tool call. `of`: whose the
 * values are, by field, that are put back rather than written: so that they who wrote them can still undo them.
 */
export type Author = {
  readonly by: string;
  readonly of?: { readonly [field: string]: string };
  readonly mark: CallMark | null;
};

/** How one record stands, and what is known there of one call: one consistent read. */
export type Standing = {
  /** Undefined when there is no such record, or no longer. */
  readonly record: WorldRecord | undefined;
  /** The version that a write must expect. */
  readonly version: number;
  readonly mark: CallMark | undefined;
  /** Older marks were dropped to keep the record small, so a missing mark proves nothing. */
  readonly forgetful: boolean;
};

export type Written = "written" | Moved;

/** The only way to change the sandbox. LIVE functions are given one; MOCK and DRY_RUN functions never. */
export interface World extends WorldReader {
  standing(collection: string, id: string, call: Pick<CallMark, "side" | "key">): Promise<Standing>;
  /** Replaces the whole record if it still has `expectedVersion`; "moved" when it has not, and nothing is changed. */
  write(collection: string, id: string, value: JsonObject, expectedVersion: number, author: Author): Promise<Written>;
  /** As `write`; what is known of calls on the record outlives it. */
  remove(collection: string, id: string, expectedVersion: number, author: Author): Promise<Written>;
}

export const COLLECTIONS = {
  ghlContacts: "ghl_contacts",
  mployerContacts: "mployer_contacts",
  outbox: "outbox",
  pages: "pages",
  elements: "elements",
  webActions: "web_actions",
  memory: "memory",
  goals: "goals",
  journal: "journal",
  failures: "failures",
} as const;
