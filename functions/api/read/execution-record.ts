import pMap from "p-map";
import { type AuditEvent, OPERATORS } from "../../../shared/audit/audit-event.ts";
import { type BodyRef, bodyRef } from "../../../shared/execution/record/step-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { BodyLost } from "../../../shared/ports/bodies.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";
import {
  documentLines,
  NO_LINES,
  type RecordLine,
  recordHead,
  renderRecordLine,
  withLine,
} from "../../../shared/verification/record-line.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../http/problems.ts";
import type { Problem, RecordPage } from "../schemas.ts";

type Using = Pick<Deps, "executions" | "auditLog" | "approvals" | "ledger" | "bodies">;

/** Text in lines, escaped as JSON in an answer that a function escapes once more: well within its 6 MB. */
const PAGE_LENGTH = 1_000_000;
const CONCURRENT_READS = 16;

/**
 * Requests and ledger before the events: each is written before the event that tells of it, so that what is read here
 * has its event there, as far as an execution that goes on can be read at all.
 */
const SECTIONS = ["execution", "approvals", "ledger", "events", "operators"] as const;
type Section = (typeof SECTIONS)[number];

/** A section and a page of its events. */
type Place = { readonly section: Section; readonly events: string | null };
/** Where a page begins: how many lines of its place to leave out, and the digest of all lines before it. */
type Mark = Place & { readonly skip: number; readonly digest: string };
type Lines = { readonly lines: readonly RecordLine[]; readonly next: Place | null };

type Asked = { readonly limit: number; readonly next: string | null };

/** A line, and the text that its digest is of. */
type Rendered = { readonly line: RecordLine; readonly text: string };

/**
 * Everything that is on record of an execution, in pages of lines: how it stands, requests, ledger, the events of every
 * chain, after each event the documents it names, and what operators did, so that a verifier needs nobody's word. @throws InvalidPageToken
 */
export const readExecutionRecord =
  (deps: Using) =>
  async (execution_id: string, query: Asked): Promise<Result<RecordPage, Problem>> => {
    const page = await readRenderedRecord(deps)(execution_id, query);
    return page.ok ? accept({ items: page.value.items.map(({ line }) => line), next: page.value.next }) : page;
  };

/** The same with the text of each line, for who reads it as a file in the same process. */
export const readRenderedRecord =
  (deps: Using) =>
  async (
    execution_id: string,
    query: Asked,
  ): Promise<Result<{ readonly items: readonly Rendered[]; readonly next: string | null }, Problem>> => {
    if ((await deps.executions.get(execution_id)) === undefined) return refuse(notFound(`execution ${execution_id}`));
    const mark = query.next === null ? FIRST : fromToken(query.next);
    const { lines, next } = await linesFrom(deps, execution_id, mark, query.limit);
    const { items, digest } = fitting(lines.slice(mark.skip), mark.digest);
    const left = mark.skip + items.length < lines.length;
    const following = left ? { ...mark, skip: mark.skip + items.length } : next && { ...next, skip: 0 };
    return accept({ items, next: following && toToken({ ...following, digest }) });
  };

const FIRST: Mark = { section: "execution", events: null, skip: 0, digest: NO_LINES };

const toToken = ({ section, events, skip, digest }: Mark): string => `${section}.${skip}.${events ?? ""}.${digest}`;

const fromToken = (token: string): Mark => {
  const [, name, skip, events, digest] = /^([a-z]+)\.(\d{1,9})\.([\w-]*)\.([0-9a-f]{64})$/.exec(token) ?? [];
  const section = SECTIONS.find((known) => known === name);
  if (section === undefined || digest === undefined) throw new InvalidPageToken(token);
  return { section, skip: Number(skip), events: events === undefined || events === "" ? null : events, digest };
};

/** As many lines as go into an answer, at least one, and the digest of all lines until theirs; the last says that of those before. */
const fitting = (lines: readonly RecordLine[], before: string): { items: Rendered[]; digest: string } => {
  const items: Rendered[] = [];
  let digest = before;
  let length = 0;
  for (const each of lines) {
    const line: RecordLine = each.kind === "end" ? { ...each, digest } : each;
    const text = renderRecordLine(line);
    length += text.length;
    if (items.length > 0 && length > PAGE_LENGTH) break;
    items.push({ line, text });
    digest = withLine(digest, text);
  }
  return { items, digest };
};

const linesFrom = async (deps: Using, execution_id: string, mark: Mark, limit: number): Promise<Lines> => {
  switch (mark.section) {
    case "execution":
      return { lines: await headLines(deps, execution_id), next: { section: "approvals", events: null } };
    case "approvals": {
      const requests = await deps.approvals.ofExecution(execution_id);
      const lines = requests.map((approval) => ({ kind: "approval", approval }) as const);
      return { lines, next: { section: "ledger", events: null } };
    }
    case "ledger": {
      const lines = (await deps.ledger.ofExecution(execution_id)).map((row) => ({ kind: "ledger_row", row }) as const);
      return { lines, next: { section: "events", events: null } };
    }
    case "events":
      return eventLines(deps, execution_id, mark.events, limit);
    case "operators":
      return operatorLines(deps, mark.events, limit);
  }
};

const headOfAny = recordHead.strip();

const headLines = async (deps: Using, execution_id: string): Promise<RecordLine[]> => {
  const found = await deps.executions.get(execution_id);
  if (found === undefined) return [];
  const execution = headOfAny.parse(found);
  return [{ kind: "execution", execution }, ...(await linesOf(deps, execution.submission))];
};

const eventLines = async (deps: Using, execution_id: string, events: string | null, limit: number): Promise<Lines> => {
  const page = await deps.auditLog.page(execution_id, { limit, next: events });
  const withDocuments = await pMap(
    page.items,
    async (event): Promise<RecordLine[]> => {
      const ref = documentOf(event);
      return [{ kind: "event", event }, ...(ref === undefined ? [] : await linesOf(deps, ref))];
    },
    { concurrency: CONCURRENT_READS },
  );
  const lines = withDocuments.flat();
  const next = page.next === null ? { section: "operators" as const } : { section: "events" as const };
  return { lines, next: { ...next, events: page.next } };
};

const operatorLines = async (deps: Using, events: string | null, limit: number): Promise<Lines> => {
  const page = await deps.auditLog.page(OPERATORS, { limit, next: events });
  const lines = page.items.map((event) => ({ kind: "operator_event", event }) as const);
  return page.next === null
    ? { lines: [...lines, { kind: "end" }], next: null }
    : { lines, next: { section: "operators", events: page.next } };
};

/** The schedule or the preview that an event names; outputs are held against the ledger by their digest alone. */
const documentOf = ({ body }: AuditEvent): BodyRef | undefined => {
  const { changes } = body;
  const named =
    typeof changes === "object" && changes !== null && "preview" in changes ? changes.preview : body.schedule;
  const ref = bodyRef.safeParse(named);
  return ref.success ? ref.data : undefined;
};

const linesOf = async (deps: Pick<Deps, "bodies">, ref: BodyRef): Promise<RecordLine[]> => {
  try {
    return documentLines(ref.digest, await deps.bodies.get(ref));
  } catch (error) {
    if (!(error instanceof BodyLost)) throw error;
    return [{ kind: "document_lost", digest: ref.digest, why: error.why }];
  }
};
