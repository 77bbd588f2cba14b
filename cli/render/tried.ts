import { compact, shownChanges } from "../../shared/shown/values.ts";
import { plural } from "../../shared/shown/words.ts";
import type { TryReply } from "../replies/registries.ts";
import { changeText, type Look } from "./approval.ts";
import { painted } from "./labels.ts";

const remarked = (remarks: string | null): string[] => (remarks === null ? [] : [`  Careful: ${remarks}.`]);

const mockLines = ({ mock }: TryReply): string[] =>
  mock.made ? [`MOCK: ${compact(mock.output)}`, ...remarked(mock.remarks)] : [`MOCK was not made: ${mock.why}`];

const previewLines = ({ preview }: TryReply, { paint }: Look): string[] => {
  if (!preview.made) return [`${paint.yellow("DRY_RUN was not made:")} ${preview.why}`];
  return [
    `DRY_RUN: ${preview.summary}`,
    ...shownChanges(preview.changes, "approve").map((change) => `  ${changeText(change, paint)}`),
    ...(preview.output === null ? [] : [`  output ${compact(preview.output)}`]),
    ...remarked(preview.remarks),
  ];
};

/** MOCK and DRY_RUN of one call, as an approver would see it. */
export const triedLines = (tried: TryReply, look: Look): string[] => {
  const { contract, approvals_required, resources } = tried;
  const approval = approvals_required === 0 ? "nobody is asked" : `${plural(approvals_required, "approval")} for LIVE`;
  return [
    `${painted(look.paint, contract.risk_level)}  ${contract.tool_name} version ${contract.version}, ${approval}`,
    ...mockLines(tried),
    ...previewLines(tried, look),
    ...resources.map(({ key, access }) => `${access === "write" ? "Writes" : "Reads"} ${key}`),
  ];
};
