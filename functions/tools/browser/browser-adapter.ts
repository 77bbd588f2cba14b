import type { BrowserBinding } from "../../../shared/contracts/binding/browser/browser-binding.ts";
import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import { writes } from "../../../shared/contracts/tool-contract.ts";
import type { CallOutcome } from "../../../shared/execution/call-outcome.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { MASK } from "../../../shared/plan/mask.ts";
import type { Visit } from "../../../shared/ports/pages.ts";
import {
  type LiveToolCall,
  type ToolAdapter,
  type ToolCall,
  ToolFailure,
  type ToolPreview,
} from "../../../shared/ports/tools.ts";
import { mockDeclared } from "../declared/declared-adapter.ts";
import { changesOf, fieldFills } from "./field-changes.ts";
import { missingElement, visitInWords } from "./in-words.ts";
import { lookUp } from "./look-up.ts";
import {
  committedOutput,
  composing,
  type Looking,
  limitsOf,
  pushBackOf,
  type Seen,
  type Stoppable,
  unsent,
} from "./looking.ts";
import { signingIn } from "./signing-in.ts";
import { compensate, previewUndo } from "./undo.ts";
import { visitOf } from "./visit.ts";
import type { BrowserWay, ReadingBrowserWay } from "./way.ts";

/** DRY_RUN: opens pages and reads them, fills and clicks nothing. */
export const previewBrowserAdapter = (binding: BrowserBinding, way: ReadingBrowserWay): ToolAdapter =>
  previewWith({ binding, way, look: way.pages.look, secrets: () => way.read });

/** LIVE: acts on the page that the agent has for the execution. */
export const liveBrowserAdapter = (binding: BrowserBinding, way: BrowserWay): ToolAdapter => {
  const secrets = (family: SecretFamily) => (family === "read" ? way.read : way.write);
  const reading: Looking = { binding, way, look: way.pages.look, secrets };
  const acting: Looking = { ...reading, look: way.pages.lookToAct };
  const ofKind = (call: ToolCall): Looking => (writes(call.contract) ? acting : reading);
  return {
    ...previewWith(reading),
    // The very page that would be acted on, where that is another one.
    preview: (call) => preview(ofKind(call), call),
    prepareUndo: (call) => prepareUndo(acting, call),
    previewUndo: (call, undo) => previewUndo(acting, call, undo),
    call: async (call) => {
      if (call.signal.aborted) return unsent("stopped before anything was sent");
      return writes(call.contract) ? act(acting, way, call) : read(reading, call);
    },
    compensate: (call, undo) => compensate(acting, way, call, undo),
    lookUp: async (call, side) =>
      writes(call.contract) ? lookUp(acting, way, call, side) : { kind: "did_not_happen" },
  };
};

const previewWith = (looking: Looking): ToolAdapter => ({
  ...mockDeclared(),
  preview: (call) => preview(looking, call),
  prepareUndo: (call) => prepareUndo(looking, call),
  previewUndo: (call, undo) => previewUndo(looking, call, undo),
});

/** The visit that a call is, with the page as it stands. @throws ToolFailure */
const looked = async (
  looking: Looking,
  call: Stoppable,
  wanted: Pick<Visit, "picture"> = {},
): Promise<{ visit: Visit; seen: Seen }> => {
  const { binding, way } = looking;
  const visit = visitOf(composing(looking, call), binding);
  if (!visit.ok) throw new ToolFailure(way.known.maskedText(`the call cannot be made: ${visit.refusal}`));
  const signing = signingIn(visit.value);
  const found = await looking.look({ ...signing.visit, ...wanted }, limitsOf(call));
  if (found.kind === "not_seen") {
    const { timed_out } = found;
    throw new ToolFailure(way.known.maskedText(found.why), { timed_out, ...signing.heldUp(), ...pushBackOf(found) });
  }
  const missing = missingElement(found, visit.value.actions);
  if (missing !== undefined) throw new ToolFailure(way.known.maskedText(missing));
  return { visit: visit.value, seen: found };
};

const preview = async (looking: Looking, call: ToolCall): Promise<ToolPreview> => {
  // An approver of a click sees what would be clicked; of a page that is only read nobody is asked.
  const { visit, seen } = await looked(looking, call, writes(call.contract) ? { picture: true } : {});
  const { known } = looking.way;
  const summary = known.maskedText(visitInWords(seen, visit.actions));
  if (!writes(call.contract)) return { summary, output: outputOf(looking, seen, seen.output), changes: [] };
  const changes = changesOf(seen, visit.actions).map((change) => ({
    ...change,
    old: known.masked(change.old),
    new: known.masked(change.new),
  }));
  // A click sends what the fields of the page hold.
  const clicks = visit.actions.some(({ kind }) => kind === "click");
  const output = clicks ? known.masked({ fields: seen.fields }) : null;
  return { summary, output, changes, ...pictureWithoutSecrets(looking, seen) };
};

/** Paint cannot be masked: a page on which the text of a secret in use stands is not kept as a picture. */
const pictureWithoutSecrets = (
  { way: { known } }: Looking,
  { picture, fields }: Seen,
): Pick<ToolPreview, "picture"> => {
  if (picture === undefined) return {};
  const shown = JSON.stringify([picture.text, fields]);
  return JSON.stringify(known.masked([picture.text, fields])) === shown ? { picture: picture.image } : {};
};

const outputOf = (
  { binding, way }: Looking,
  { address }: { readonly address: string },
  brought: { readonly [name: string]: Json },
): Json => way.known.masked(valueAt({ url: address, ...brought }, binding.output ?? "") ?? null);

const prepareUndo = async (looking: Looking, call: ToolCall) => {
  if (!writes(call.contract) || call.contract.compensation !== "adapter") return null;
  const { visit, seen } = await looked(looking, call);
  const fields = fieldFills(seen, visit.actions).map(({ element, field, old, next }) => ({
    element,
    field,
    ours: next,
    back_to: old,
  }));
  const prepared = { address: seen.address, fields };
  // A value that was masked would be put back as its mask.
  if (JSON.stringify(looking.way.known.masked(prepared)).includes(MASK)) {
    throw new ToolFailure("what would undo it holds the text of a secret, which is not kept");
  }
  return prepared;
};

const read = async (looking: Looking, call: LiveToolCall): Promise<CallOutcome> => {
  const { seen } = await looked(looking, call);
  return { kind: "committed", output: outputOf(looking, seen, seen.output), undo: null };
};

const act = async (looking: Looking, { pages, known }: BrowserWay, call: LiveToolCall): Promise<CallOutcome> => {
  const visit = visitOf(composing(looking, call, call.idempotency_key), looking.binding);
  if (!visit.ok) return unsent(known.maskedText(`nothing was done: ${visit.refusal}`));
  const signing = signingIn(visit.value);
  const acted = await pages.act(signing.visit, limitsOf(call));
  switch (acted.kind) {
    case "done":
      return { kind: "committed", output: committedOutput(looking, acted.output), undo: null };
    case "nothing_done":
      return unsent(known.maskedText(`nothing was done: ${acted.why}`), { ...signing.heldUp(), ...pushBackOf(acted) });
    case "unknown":
      return { kind: "indeterminate", error: known.maskedText(acted.why) };
  }
};
