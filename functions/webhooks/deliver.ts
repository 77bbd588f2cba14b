import { z } from "zod";
import { jsonObject } from "../../shared/plan/json.ts";
import type { Deps } from "../deps.ts";
import { deliverDue } from "./deliver-due.ts";
import { takeEvent } from "./take-event.ts";
import { type TryDeps, tryDelivery } from "./try-delivery.ts";

/** Of the function's 50 seconds; what is begun then has 15 more at most, less what its lane takes to end. */
const BEGUN_WITHIN_MS = 30_000;

/** An event as the bus hands it on. */
const announced = z.object({ source: z.literal("buddy"), "detail-type": z.string(), detail: jsonObject });

/** Asked by the bus with an event, and every minute without: puts the event on record and sends it; sends what is due. */
export const deliver =
  (deps: TryDeps & Pick<Deps, "courier">) =>
  async (input: unknown): Promise<void> => {
    const until = deps.clock.now().getTime() + BEGUN_WITHIN_MS;
    const event = announced.safeParse(input);
    if (!event.success) return deliverDue(deps)(() => deps.clock.now().getTime() >= until);
    const { "detail-type": type, detail } = event.data;
    const opened = await takeEvent(deps)({ type, detail });
    const failing = new Set(
      (await deps.webhooks.all()).flatMap((each) => (each.failing_since === null ? [] : [each.webhook_id])),
    );
    // An address that fails is asked by the minute, not by every event.
    await Promise.all(opened.filter((each) => !failing.has(each.webhook_id)).map((each) => tryDelivery(deps, each)));
  };
