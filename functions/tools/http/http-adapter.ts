import type { HttpBinding, HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import { referencesInBody, referencesInRequest } from "../../../shared/contracts/binding/http/request-references.ts";
import { secretsUsed } from "../../../shared/contracts/bound/secrets-used.ts";
import { accept } from "../../../shared/plan/result.ts";
import type { ToolAdapter, ToolCall } from "../../../shared/ports/tools.ts";
import { liveDeclared, previewDeclared } from "../declared/declared-adapter.ts";
import type { LiveMeans, Means } from "../declared/means.ts";
import { callInWords, literalCall } from "./compose.ts";
import { type Asking, ask } from "./requests.ts";
import type { ReadingWayOut, WayOut } from "./way-out.ts";

/** DRY_RUN over http. */
export const previewHttpAdapter = (binding: HttpBinding, out: ReadingWayOut): ToolAdapter =>
  previewDeclared((call) => readingMeans({ binding, out, call }));

/** LIVE over http. */
export const liveHttpAdapter = (binding: HttpBinding, out: WayOut): ToolAdapter =>
  liveDeclared(liveMeans(binding, out));

/** How one call's requests are made. */
export const liveMeans =
  (binding: HttpBinding, out: WayOut) =>
  (call: ToolCall & { readonly signal?: AbortSignal }): LiveMeans<HttpRequest> => {
    const { signal } = call;
    const asking = { binding, out, call, ...(signal === undefined ? {} : { signal }) };
    const reading = readingMeans(asking);
    return {
      ...reading,
      read: async (request, sources) => {
        await learnSecrets(out, call);
        return reading.read(request, sources);
      },
      write: (request, sources) => ask(asking, request, sources, out.write),
    };
  };

/** A service may say back with what it was written to before: that text is known before it says anything. */
const learnSecrets = async ({ known, write }: WayOut, { contract }: ToolCall): Promise<void> => {
  for (const { family, name } of secretsUsed(contract)) if (family === "write") await known.ask(write, name);
};

/** How the requests of a call that only looks are made. */
export const readingMeans = (asking: Asking): Means<HttpRequest> => {
  const { binding, out } = asking;
  return {
    binding,
    read: (request, sources) => ask({ ...asking, only_looks: true }, request, sources, out.read),
    inWords: (request, sources) => {
      const literal = literalCall(request, sources);
      return literal.ok ? accept(out.known.maskedText(callInWords(literal.value))) : literal;
    },
    // By the address it is read at, without its query.
    record: (request, sources) => {
      const literal = literalCall(request, sources);
      return literal.ok ? (literal.value.address.split("?")[0] ?? literal.value.address) : undefined;
    },
    referencesIn: referencesInRequest,
    typedReferencesIn: referencesInBody,
  };
};
