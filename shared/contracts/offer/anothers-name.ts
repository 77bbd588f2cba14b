import type { Violation } from "../../plan/violation.ts";
import { ownName } from "./offered-names.ts";

/** A new tool is told that agents would call it by another's name. `where`: which others these are, in words. */
export const anothersNameViolation = (tool_name: string, others: readonly string[], where = ""): Violation => {
  const own = ownName(tool_name);
  const whose = `the name by which agents that speak MCP may call ${others.join(" and ")}${where}`;
  const words =
    own === tool_name ? `is ${whose}` : `would be called ${own} by agents that speak MCP, which is ${whose}`;
  return {
    path: "/tool_name",
    rule: "anothers_name",
    message: `${words}; take another, so that no call of theirs is made of this tool`,
  };
};
