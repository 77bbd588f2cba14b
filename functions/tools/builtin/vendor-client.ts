import type { Answer } from "../../../shared/ports/http.ts";
import type { ReadingWayOut } from "../http/way-out.ts";
import type { VendorCall } from "./vendor.ts";

/** The longest window that a vendor counts a burst in (GoHighLevel: 100 requests in 10 s). */
const WINDOW_SECONDS = 10;

/**
 * How one call's requests reach a vendor. One that is asked too often, and does not say for how long, is left alone until
 * its window is over; what it leaves out of its answers is filled in where the call says with what.
 */
export const vendorClient = <Out extends ReadingWayOut>(out: Out, { filledIn }: Pick<VendorCall, "filledIn">): Out => ({
  ...out,
  client: {
    send: async (request, limits) => {
      const answer = await out.client.send(request, limits);
      return answer.kind === "answered" ? asRead(answer, filledIn) : answer;
    },
  },
});

type Answered = Extract<Answer, { kind: "answered" }>;

const asRead = (answer: Answered, filledIn: VendorCall["filledIn"]): Answered => {
  if (answer.status === 429) return { again_in_seconds: WINDOW_SECONDS, ...answer };
  return filledIn === undefined ? answer : { ...answer, body: filledIn(answer.body) };
};
