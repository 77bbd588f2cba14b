import type { JsonObject } from "../../shared/plan/json.ts";
import type { Reservations } from "./reservations.ts";

type Place = Pick<Reservations, "host" | "origin">;

const auth = { as: "bearer", secret: "airline" };
const everyArgument = (fields: readonly string[]): JsonObject =>
  Object.fromEntries(fields.map((field) => [field, { $arg: `/${field}` }]));

const reading = ({ host, origin }: Place, tool_name: string, path: string, fields: readonly string[]): JsonObject => ({
  tool_name,
  risk_level: "LOW",
  reversible: true,
  required_permissions: ["airline_read"],
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "OPAQUE",
  input_schema: schemaOf(fields),
  binding: { kind: "http", hosts: [host], call: { method: "GET", url: `${origin}${path}`, auth } },
});

type Writing = {
  readonly tool_name: string;
  readonly fields: readonly string[];
  readonly resource: string;
  readonly binding: JsonObject;
  /** Undone by the binding's own undo. */
  readonly undone?: boolean;
  readonly risk_level?: "MEDIUM" | "HIGH";
};

const writing = ({ host, origin }: Place, tool: Writing): JsonObject => ({
  tool_name: tool.tool_name,
  risk_level: tool.risk_level ?? "MEDIUM",
  reversible: tool.undone === true,
  required_permissions: ["airline_read", "airline_write"],
  timeout_seconds: 30,
  requires_approval: true,
  approvals_required: 1,
  compensation: tool.undone === true ? "adapter" : "none",
  outcome_resolution: "QUERYABLE",
  input_schema: schemaOf(tool.fields),
  resources: [{ key: tool.resource, access: "write" }],
  binding: {
    kind: "http",
    hosts: [host],
    look_up: {
      request: { method: "GET", url: `${origin}/calls/{$key}`, auth },
      happened_when: { path: "/happened", equals: true },
      did_not_happen_when: { path: "/happened", equals: false },
      output: "/result/reservation",
    },
    no_effect_statuses: [400, 401, 404, 409],
    ...tool.binding,
  },
});

/** Some arguments of the data are lists, some numbers: what they are is the service's to say. */
const schemaOf = (fields: readonly string[]): JsonObject => ({
  type: "object",
  properties: Object.fromEntries(fields.map((field) => [field, {}])),
  required: [...fields],
  additionalProperties: false,
});

const ID = "reservation_id";

/** Changes fields of a reservation; reads them first, so that it can put them back. */
const changing = (place: Place, tool_name: string, fields: readonly string[]): JsonObject => {
  const url = `${place.origin}/reservations/{reservation_id}`;
  const old = (field: string): string => `/reservation/${field}`;
  return writing(place, {
    tool_name,
    fields: [ID, ...fields],
    resource: "airline:reservation:{reservation_id}",
    undone: true,
    binding: {
      call: {
        method: "PATCH",
        url,
        body: everyArgument(fields),
        auth,
        idempotency_header: "Idempotency-Key",
        output: "/reservation",
      },
      read: { method: "GET", url, auth },
      changes: fields.map((field) => ({ field, old: old(field), new: { $arg: `/${field}` } })),
      undo: {
        method: "PATCH",
        url,
        body: Object.fromEntries(fields.map((field) => [field, { $old: old(field) }])),
        auth,
        idempotency_header: "Idempotency-Key",
      },
    },
  });
};

const BOOKED = [
  ...["cabin", "destination", "flight_type", "flights", "insurance", "nonfree_baggages", "origin", "passengers"],
  ...["payment_methods", "total_baggages", "user_id"],
];

const booking = (place: Place): JsonObject => {
  const made = `${place.origin}/reservations/{$output/id}`;
  return writing(place, {
    tool_name: "book_reservation",
    fields: BOOKED,
    resource: "airline:user:{user_id}",
    undone: true,
    binding: {
      call: {
        method: "POST",
        url: `${place.origin}/reservations`,
        body: everyArgument(BOOKED),
        auth,
        idempotency_header: "Idempotency-Key",
        output: "/reservation",
      },
      undo: {
        method: "DELETE",
        url: made,
        auth,
        idempotency_header: "Idempotency-Key",
        only_when: {
          request: { method: "GET", url: made, auth },
          still: { path: "/reservation/flights", equals: { $arg: "/flights" } },
        },
      },
    },
  });
};

const cancelling = (place: Place): JsonObject =>
  writing(place, {
    tool_name: "cancel_reservation",
    fields: [ID],
    resource: "airline:reservation:{reservation_id}",
    risk_level: "HIGH",
    binding: {
      call: {
        method: "PATCH",
        url: `${place.origin}/reservations/{reservation_id}`,
        body: { status: "cancelled" },
        auth,
        idempotency_header: "Idempotency-Key",
        output: "/reservation",
      },
      read: { method: "GET", url: `${place.origin}/reservations/{reservation_id}`, auth },
      changes: [{ field: "status", old: "/reservation/status", new: "cancelled" }],
    },
  });

const transferring = (place: Place): JsonObject =>
  writing(place, {
    tool_name: "transfer_to_human_agents",
    fields: ["summary"],
    resource: "airline:transfers",
    risk_level: "HIGH",
    binding: {
      call: {
        method: "POST",
        url: `${place.origin}/transfers`,
        body: everyArgument(["summary"]),
        auth,
        idempotency_header: "Idempotency-Key",
        output: "/reservation",
      },
    },
  });

/** The tools of an airline's agents, each by its own requests to the service. */
export const reservationTools = (place: Place): JsonObject[] => [
  reading(place, "get_user_details", "/users/{user_id}", ["user_id"]),
  reading(place, "get_reservation_details", "/reservations/{reservation_id}", [ID]),
  reading(place, "search_direct_flight", "/flights?origin={origin}&destination={destination}&date={date}", [
    ...["origin", "destination", "date"],
  ]),
  reading(place, "calculate", "/calculations?expression={expression}", ["expression"]),
  changing(place, "update_reservation_flights", ["cabin", "flights", "payment_id"]),
  changing(place, "update_reservation_baggages", ["total_baggages", "nonfree_baggages", "payment_id"]),
  changing(place, "update_reservation_passengers", ["passengers"]),
  booking(place),
  cancelling(place),
  transferring(place),
];
