import { digestOf } from "../../../plan/digest.ts";
import type { Json } from "../../../plan/json.ts";
import { jsonFaults } from "../../../plan/json-faults.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { didYouMean, quoted } from "../../../plan/suggestion.ts";
import { listViolations, type Violations } from "../../../plan/violation.ts";
import { freeNamesOfService, type Registered } from "../free-names.ts";
import type { ProposalFile } from "../proposal-file.ts";
import { proposeContracts } from "../propose.ts";
import { Credentials } from "./credentials.ts";
import { faultOf, type OpenApiDocument, type Operation, readDocument, type Unread } from "./document.ts";
import { candidateOf, type Naming } from "./operation.ts";

export type OpenApiImport = {
  /** The file or address it was read from. */
  readonly location: string;
  /** Operations by their id or as `GET /path`; all of them where none is named. */
  readonly pick: readonly string[];
  /** Goes before what the document says. */
  readonly server?: string;
  /** The secret that the requests are sent with, without its family; made of the document's title unless named. */
  readonly secret?: string;
  /** The contracts that are there already, whose names stay theirs; none where nobody could be asked. */
  readonly registered?: readonly Registered[];
};

const secretOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60) || "service";

/** `GET /a` means a path of which nothing is known, too. */
const isMeant = ({ original, method, path }: Operation | Unread, name: string): boolean =>
  name === original || (method === undefined ? name.endsWith(` ${path}`) : name === `${method.toUpperCase()} ${path}`);

const picked = (
  { operations, unread }: OpenApiDocument,
  pick: readonly string[],
): Result<readonly (Operation | Unread)[], Violations> => {
  const all = [...operations, ...unread];
  if (pick.length === 0) return accept(all);
  const unknown = pick.filter((name) => !all.some((each) => isMeant(each, name)));
  if (unknown.length === 0) return accept(all.filter((each) => pick.some((name) => isMeant(each, name))));
  const names = all.map(({ original }) => original);
  return refuse(
    listViolations([
      ...unknown.map((name) => ({
        path: "/paths",
        rule: "openapi_operation",
        message: `has no operation ${quoted(name)}${didYouMean(name, names) || '; name one by its operationId or as "GET /path"'}`,
      })),
      // It may be in one of these.
      ...unread.filter(({ method }) => method === undefined).map(faultOf),
    ]),
  );
};

/**
 * The operations of an OpenAPI document (3.0 or 3.1) as proposed contracts with `http` bindings; everything that is
 * wrong with the document itself, at once. Reads nothing but the document.
 */
export const importOpenApi = (
  document: Json,
  { location, pick, server, secret, registered = [] }: OpenApiImport,
): Result<ProposalFile, Violations> => {
  const texts = jsonFaults(document, Number.POSITIVE_INFINITY).violations.filter(
    ({ rule }) => rule === "malformed_text",
  );
  if (texts.length > 0) return refuse(listViolations(texts));
  const read = readDocument(document);
  if (!read.ok) return refuse(listViolations(read.refusal));
  const chosen = picked(read.value, pick);
  if (!chosen.ok) return chosen;
  const { title, version } = read.value;
  const credentials = new Credentials(read.value, { secret: secret ?? secretOf(title), isAsked: secret !== undefined });
  const naming: Naming = { credentials, ...(server === undefined ? {} : { server }) };
  const source = { kind: "openapi", location, title, version, digest: digestOf("openapi", document) } as const;
  const candidates = chosen.value.map((each) =>
    "reason" in each ? { original: each.original, reasons: [each.reason] } : candidateOf(read.value, each, naming),
  );
  return accept(proposeContracts(source, candidates, freeNamesOfService(secretOf(title), candidates, registered)));
};
