import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import type { Answer } from "../http/endpoint.ts";
import { MAX_ANSWER_BYTES } from "../http/limits.ts";
import { linksOf } from "../http/links.ts";
import { notFound, problemOf } from "../http/problems.ts";
import type { ArtifactList, Problem } from "../schemas.ts";

type Using = Pick<Deps, "executions" | "artifactFiles">;

const contentType = (name: string): string => {
  if (name.endsWith(".jsonl")) return "application/x-ndjson";
  return name.endsWith(".json") ? "application/json" : "application/octet-stream";
};

export const listArtifacts =
  (deps: Using) =>
  async (execution_id: string): Promise<Result<ArtifactList, Problem>> => {
    if ((await deps.executions.get(execution_id)) === undefined) return refuse(notFound(`execution ${execution_id}`));
    const names = await deps.artifactFiles.list(execution_id);
    const { artifacts } = linksOf(execution_id);
    const items = names.map((name) => ({
      name,
      content_type: contentType(name),
      href: `${artifacts}/${encodeURIComponent(name)}`,
    }));
    return accept({ execution_id, items });
  };

type Range = { readonly from: number; readonly to: number };

/** The first range of a `Range` header, cut to the file; "none" when there is none to follow, as RFC 9110 has it. */
const rangeOf = (header: string | undefined, size: number): Range | "none" | "outside" => {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  const [, first = "", last = ""] = found ?? [];
  if (first === "" && last === "") return "none";
  if (first === "")
    return size === 0 || last === "0" ? "outside" : { from: Math.max(0, size - Number(last)), to: size };
  if (last !== "" && Number(last) < Number(first)) return "none";
  if (Number(first) >= size) return "outside";
  return { from: Number(first), to: last === "" ? size : Math.min(size, Number(last) + 1) };
};

/** One file, or the part of it that a `Range` header asks for; a part is cut where an answer can be no larger. */
export const readArtifact =
  (deps: Using) =>
  async (execution_id: string, name: string, range: string | undefined): Promise<Result<Answer, Problem>> => {
    if ((await deps.executions.get(execution_id)) === undefined) return refuse(notFound(`execution ${execution_id}`));
    // The listing says what there is; a name never becomes a path by itself.
    const names = await deps.artifactFiles.list(execution_id);
    const content = names.includes(name) ? await deps.artifactFiles.read(execution_id, name) : undefined;
    if (content === undefined) return refuse(notFound(`artifact ${name} of execution ${execution_id}`));
    const bytes = Buffer.from(content);
    const wanted = rangeOf(range, bytes.length);
    if (wanted === "outside") {
      return refuse(problemOf("range-not-satisfiable", `${name} has ${bytes.length} bytes`));
    }
    const headers = { "accept-ranges": "bytes" };
    if (wanted === "none") {
      if (bytes.length > MAX_ANSWER_BYTES) return refuse(tooLarge(name, bytes.length));
      return accept({ status: 200, content_type: contentType(name), content, headers });
    }
    const to = Math.min(wanted.to, wanted.from + MAX_ANSWER_BYTES);
    const content_range = `bytes ${wanted.from}-${to - 1}/${bytes.length}`;
    return accept({
      status: 206,
      content_type: contentType(name),
      content: new Uint8Array(bytes.subarray(wanted.from, to)),
      headers: { ...headers, "content-range": content_range },
    });
  };

const tooLarge = (name: string, bytes: number): Problem =>
  problemOf(
    "answer-too-large",
    `${name} has ${bytes} bytes; ask for parts of it: Range: bytes=0-${MAX_ANSWER_BYTES - 1}`,
    {
      limit: { name: "answer", value: MAX_ANSWER_BYTES, unit: "bytes" },
    },
  );
