import { parseArgs } from "node:util";
import pMap from "p-map";
import { z } from "zod";

/** The agent of the measurement of calls that wait: asks for so many, then waits for all of them at once. */
const { positionals } = parseArgs({ allowPositionals: true });
const [url = "", token = "", count = "0"] = positionals;
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
const waiting = z.looseObject({ call_id: z.string(), outcome: z.literal("waiting") });

/** @throws Error where it is answered with anything else than that it waits */
const asked = async (path: string, init: RequestInit = {}): Promise<string> => {
  const response = await fetch(`${url}${path}`, { ...init, headers });
  return waiting.parse(await response.json()).call_id;
};

const mail = (place: number): RequestInit => ({
  method: "POST",
  body: JSON.stringify({
    agent_id: "agent_1",
    tool_name: "msgraph_send_email",
    arguments: { to: ["ann@example.com"], subject: `Hello ${place}`, body: "Hello Ann" },
    confidence: 0.95,
    wait_seconds: 0,
  }),
});

const places = Array.from({ length: Number(count) }, (_, place) => place);
const ids = await pMap(places, (place) => asked("/calls", mail(place)), { concurrency: 20 });
process.send?.("asked");
process.once("message", () => {
  // All at once, each on a connection of its own.
  void Promise.all(ids.map((id) => asked(`/calls/${id}?wait=25`))).then(() => process.send?.("answered"));
});
process.on("disconnect", () => process.exit());
