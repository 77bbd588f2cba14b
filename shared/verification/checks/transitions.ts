import type { Check } from "./check.ts";

/** Replays every step's chain by the table of transitions. */
export const transitions: Check = {
  name: "transitions",
  run: ({ steps, scheduled }, findings) => {
    let examined = 0;
    for (const { step_id, transitions: replayed, illegal } of steps.values()) {
      examined += replayed.length;
      if (illegal !== undefined) findings.tampered(`step:${step_id} #${illegal.seq}`, illegal.why);
      if (scheduled.size > 0 && !scheduled.has(step_id)) {
        findings.tampered(`step:${step_id}`, "the schedule has no such step");
      }
    }
    return examined;
  },
};
