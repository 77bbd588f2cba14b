import { definitionDigest } from "../../../shared/contracts/binding/mcp/definition-review.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { toolNames } from "../../records/tool-names.ts";
import { recordOperator } from "../act/record-operator.ts";
import { notFoundNear } from "../http/near-name.ts";
import { conflicting } from "../http/problems.ts";
import type { DefinitionsAccepted, Problem } from "../schemas.ts";

type Using = Pick<Deps, "contracts" | "definitions" | "auditLog" | "clock">;

/**
 * A person's word that tools may be called as their server describes them now. It names the definitions that the person
 * read: where the server says something else by now, that is not accepted with it. Calls that were approved before are
 * asked anew, because what they call is another tool. Said twice, the first stands.
 */
export const acceptDefinitions =
  (deps: Using) =>
  async (tool_name: string, read: readonly string[], caller: string): Promise<Result<DefinitionsAccepted, Problem>> => {
    if ((await deps.contracts.get(tool_name)) === undefined) {
      return refuse(await notFoundNear("contract", tool_name, toolNames(deps)));
    }
    const changed = (await deps.definitions.changed(tool_name)).map((each) => ({
      ...each,
      digest: definitionDigest(each.definition),
    }));
    const wanted = read.map((digest) => changed.find((each) => each.digest === digest));
    if (wanted.includes(undefined)) {
      return refuse(
        conflicting(
          `a server describes a tool of ${tool_name} otherwise than you read, or again as it was reviewed: read it again`,
        ),
      );
    }
    const known = await deps.definitions.accepted(tool_name);
    const accepted: DefinitionsAccepted["accepted"] = [];
    for (const each of wanted) {
      if (each === undefined) continue;
      const { server, pin, digest } = each;
      const first = known.find((before) => before.pin === pin && before.definition === digest);
      const accepted_at = deps.clock.now().toISOString();
      const tool = each.definition.name;
      const word = { tool_name, server, tool, pin, definition: digest, accepted_by: caller, accepted_at };
      // The audit comes first: one that is recorded and not kept lets nothing through.
      if (first === undefined) await recordOperator(deps, caller, accepted_at, "definition_accepted", word);
      accepted.push(first ?? (await deps.definitions.accept(word)));
    }
    return accept({ tool_name, accepted });
  };
