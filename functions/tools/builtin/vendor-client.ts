import type { Answer } from "../../../shared/ports/http.ts";
import type { ReadingWayOut } from "../http/way-out.ts";
import type { VendorCall } from "./vendor.ts";

/** The longest window that a vendor counts a burst in (GoHighLevel: 100 requests in 10 s). */
const WINDOW_SECONDS = 10;

/**
 * How one call's requests reach a vendor. One that is asked too often, and does not say for how long, is left alone until
 * its window is over; its answers are read in the form that the call says.
 */
export const vendorClient = <Out extends ReadingWayOut>(out: Out, { asShown }: Pick<VendorCall, "asShown">): Out => ({
  ...out,
  client: {
    send: async (request, limits) => {
      const answer = await out.client.send(request, limits);
      return answer.kind === "answered" ? asRead(answer, asShown) : answer;
    },
  },
});

type Answered = Extract<Answer, { kind: "answered" }>;

const asRead = (answer: Answered, asShown: VendorCall["asShown"]): Answered => {
  if (answer.status === 429) return { again_in_seconds: WINDOW_SECONDS, ...answer };
  if (asShown === undefined) return answer;
  // Places of what was answered are none of what is made of it: it counts as inexact as a whole.
  const inexact = answer.inexact === undefined ? {} : { inexact: [""] };
  return { ...answer, body: asShown(answer.body), ...inexact };
};
