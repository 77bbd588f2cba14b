import { writes } from "../../../shared/contracts/tool-contract.ts";
import type { Preview } from "../../../shared/execution/approval/preview.ts";
import { type ToolAdapter, type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { mockDeclared } from "../declared/declared-adapter.ts";
import { lookedUp } from "../declared/look-up.ts";
import { readBody, sourcesOf } from "../declared/means.ts";
import { inWords } from "../declared/preview.ts";
import { undoData } from "../declared/undo-data.ts";
import { liveHttpAdapter, liveMeans, previewHttpAdapter, readingMeans } from "../http/http-adapter.ts";
import type { ReadingWayOut, WayOut } from "../http/way-out.ts";
import { askedBy, type Vendor, type VendorAsked, type VendorCall } from "./vendor.ts";
import { vendorClient } from "./vendor-client.ts";

/** Every request of a vendor's call goes the way of an `http` binding: this only says which requests those are. */
const requestsFor = (vendor: Vendor, asked: VendorAsked): VendorCall => {
  const made = vendor(asked);
  if (!made.ok) throw new ToolFailure(`the call cannot be made: ${made.refusal}`);
  return made.value;
};

const undoneBy = (undo: unknown): readonly string[] | undefined => {
  const parsed = undoData.safeParse(undo);
  return parsed.success ? parsed.data.fields.map(({ field }) => field) : undefined;
};

/** Of a call that makes something: there are no old values, and it is said that it stays. @throws ToolFailure */
const previewMade = async (
  { http, says, beforehand }: VendorCall,
  { record, fields }: NonNullable<VendorCall["makes"]>,
  call: ToolCall,
  out: ReadingWayOut,
): Promise<Preview> => {
  const acting = { means: readingMeans({ binding: http, out, call }), call };
  const literal = inWords(acting);
  const why = "what is there already cannot be read";
  const found =
    beforehand === undefined ? "" : beforehand.says(await readBody(acting, beforehand.request, sourcesOf(call), why));
  const stays = call.contract.reversible ? "" : "; it cannot be taken back";
  const changes = Object.entries(fields).map(([field, value]) => ({ record, field, old: null, new: value }));
  return { summary: `${says}${found}${stays}: ${literal}`, output: null, changes };
};

/** DRY_RUN: the read that the vendor's call has, and the call in words. */
export const previewVendor = (vendor: Vendor, out: ReadingWayOut): ToolAdapter => {
  const over = (call: ToolCall, undo?: unknown) => {
    const made = requestsFor(vendor, { ...askedBy(call), undone: undoneBy(undo) });
    return { made, http: previewHttpAdapter(made.http, vendorClient(out, made)) };
  };
  return {
    ...mockDeclared(),
    preview: async (call) => {
      const { made, http } = over(call);
      if (made.makes !== undefined) return previewMade(made, made.makes, call, vendorClient(out, made));
      const { summary, output, changes } = await http.preview(call);
      const read = writes(call.contract) ? output : made.output(output);
      return { summary: `${made.says}: ${summary}`, output: read, changes };
    },
    prepareUndo: (call) => over(call).http.prepareUndo(call),
    previewUndo: (call, undo) => over(call, undo).http.previewUndo(call, undo),
  };
};

/** LIVE: the vendor's call, its look-up and its undoing. */
export const liveVendor = (vendor: Vendor, out: WayOut): ToolAdapter => ({
  ...previewVendor(vendor, out),
  call: async (call) => {
    const made = vendor(askedBy(call));
    if (!made.ok) return { kind: "rejected", unsent: true, error: `nothing was sent: ${made.refusal}` };
    const outcome = await liveHttpAdapter(made.value.http, vendorClient(out, made.value)).call(call);
    return outcome.kind === "committed" ? { ...outcome, output: made.value.output(outcome.output) } : outcome;
  },
  compensate: (call, undo) => {
    const made = requestsFor(vendor, { ...askedBy(call), undone: undoneBy(undo) });
    return liveHttpAdapter(made.http, vendorClient(out, made)).compensate(call, undo);
  },
  lookUp: async (call, side) => {
    if (!writes(call.contract)) return { kind: "did_not_happen" };
    const made = requestsFor(vendor, askedBy(call));
    const { look_up } = made;
    if (side === "compensation" || look_up === undefined || call.contract.outcome_resolution === "OPAQUE") {
      return { kind: "unknown", why: `${call.contract.tool_name} offers no way to ask whether that happened` };
    }
    const means = liveMeans(made.http, vendorClient(out, made))(call);
    // It is looked for in a mailbox, a list or a record: where that is not there, nothing is known of the call.
    const absent = (_: unknown, why: string) => ({ kind: "unknown" as const, why });
    return lookedUp({ means, call }, look_up.request, { answered: look_up.judge, absent });
  },
});
