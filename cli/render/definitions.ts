import { moment } from "../../shared/shown/words.ts";
import { hint } from "../hints.ts";
import type { ToolDefinitions } from "../replies/registries.ts";
import type { Look } from "./approval.ts";

type Standing = ToolDefinitions["definitions"][number];

/** How a server's word of a tool differs from what was reviewed, part by part, whole. */
export const differenceLines = ({ changed }: Pick<Standing, "changed">): string[] =>
  (changed?.changes ?? []).flatMap(({ part, was, is }) => [
    `  ${part.replaceAll("_", " ")}`,
    `    - ${JSON.stringify(was)}`,
    `    + ${JSON.stringify(is)}`,
  ]);

/** How a contract's tools stand, beside the contract: no line where they are as they were reviewed. */
export const definitionLines = (tool_name: string, { definitions }: ToolDefinitions, { paint }: Look): string[] =>
  definitions.flatMap((standing) => {
    const { tool, server, quarantined, changed, accepted } = standing;
    if (changed === null) return [];
    const seen = `server ${server} describes ${tool} otherwise than when it was reviewed, since ${moment(changed.found_at)}`;
    const by = accepted.find(({ definition }) => definition === changed.definition);
    return [
      "",
      quarantined
        ? paint.yellow(`Quarantined: ${seen}. It goes no higher than DRY_RUN until a person accepts it.`)
        : `Accepted by ${by?.accepted_by ?? "somebody"} at ${by === undefined ? "some time" : moment(by.accepted_at)}: ${seen}.`,
      ...differenceLines(standing),
      ...(quarantined ? [`  A person who has read it accepts it: ${hint.acceptTool(tool_name)}`] : []),
    ];
  });
