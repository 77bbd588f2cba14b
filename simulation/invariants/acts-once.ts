import { callText } from "../../shared/conflicts/call-digest.ts";
import { isDuplicateSensitive } from "../../shared/contracts/tool-contract.ts";
import { endingOf, type Place, placeName, scheduleReader } from "./ahead.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "acts-once";
const check = checker(name);

export const actsOnce: Invariant = {
  name,
  promise:
    "A call that must not be repeated takes effect once within the window, whoever else makes the very same one at the same time: again only when the first was undone, or a person permitted it.",
  watch: (facts) => {
    const scheduleOf = scheduleReader(facts);
    /** By the text of the call: every step whose call took effect. */
    const effects = new Map<string, Place[]>();
    const stands = async (place: Place): Promise<boolean> => {
      if (facts.service.effects(place, "compensation") > 0) return false;
      // A call that could not be undone was undone by hand.
      return (await endingOf(facts, place)) !== "compensated";
    };
    return {
      effected: async ({ call, side }) => {
        if (side !== "forward" || !isDuplicateSensitive(call.contract)) return;
        const text = callText(call.contract.tool_name, call.arguments);
        const earlier = (effects.get(text) ?? []).filter((place) => placeName(place) !== placeName(call));
        effects.set(text, [...earlier, call]);
        if ((await scheduleOf(call.execution_id)).step(call.step_id).allow_duplicate) return;
        for (const place of earlier) {
          check(!(await stands(place)), () => `${placeName(call)} makes the call of ${placeName(place)}: ${text}`);
        }
      },
    };
  },
};
