import { useEffect, useId, useRef } from "preact/hooks";
import type { ApprovalView } from "../../functions/api/schemas.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import { stretchesOf } from "../../shared/shown/untrusted.ts";
import type { Api } from "../client/api.ts";
import { useDraft } from "../client/draft.ts";
import { usePolled } from "../client/polled.ts";
import { NotYet } from "../parts/notice.tsx";
import { Press } from "../parts/press.tsx";
import { Text } from "../parts/text.tsx";
import { type Field, fieldsOf, readField, under, writtenOf } from "./form-of.ts";

type EditProps = {
  readonly api: Api;
  readonly request: ApprovalView;
  /** Why it cannot be sent now. */
  readonly hindered: string | null;
  readonly cancel: () => void;
  readonly send: (args: JsonObject) => void;
};

/** A contract does not change while somebody edits; once is enough. */
const ONCE = 86_400;

/** The arguments as a form, made from the contract's schema. The edited call is checked as a new step is, and asked anew. */
export const EditForm = (props: EditProps) => {
  const { api, request } = props;
  const { value: contract, problem } = usePolled(
    `contract ${request.tool_name}`,
    () => api.contract(request.tool_name),
    ONCE,
  );
  if (contract === undefined || problem !== undefined) return <NotYet what="the tool's contract" problem={problem} />;
  return <Form {...props} fields={fieldsOf(contract.input_schema, request.arguments)} />;
};

const Form = ({ request, hindered, cancel, send, fields }: EditProps & { readonly fields: readonly Field[] }) => {
  const [draft, setDraft] = useDraft(`change ${request.approval_id}`);
  const written: Readonly<Record<string, string>> = draft === "" ? {} : JSON.parse(draft);
  const id = useId();
  const form = useRef<HTMLFieldSetElement>(null);
  // It stands before the button that opened it.
  useEffect(() => form.current?.querySelector<HTMLElement>("input, select, textarea")?.focus(), []);
  const textOf = (field: Field): string =>
    under(written, field.name) ?? writtenOf(field, under(request.arguments, field.name));
  const read = fields.map((field) => ({
    field,
    read: readField(field, textOf(field), under(request.arguments, field.name)),
  }));
  const faulty = read.filter((each) => !each.read.ok);
  const values = read.flatMap(({ field, read: one }): [string, Json][] =>
    one.ok && one.value !== undefined ? [[field.name, one.value]] : [],
  );
  const args = Object.fromEntries(values);
  const same = JSON.stringify(args) === JSON.stringify(request.arguments);
  const why = faulty.length > 0 ? "something above cannot be read" : same ? "nothing is changed yet" : hindered;
  return (
    <fieldset class="edit" ref={form}>
      <legend>Change the arguments</legend>
      {read.map(({ field, read: one }) => (
        <div class="field-row" key={field.name}>
          <label htmlFor={`${id}-${field.name}`}>
            {field.name}
            {field.required ? "" : " (may be left out)"}
          </label>
          <Box
            id={`${id}-${field.name}`}
            field={field}
            value={textOf(field)}
            faulty={!one.ok}
            write={(text) => setDraft(JSON.stringify({ ...written, [field.name]: text }))}
          />
          <Unseen text={textOf(field)} />
          {field.description === null ? null : <p class="quiet">{field.description}</p>}
          {one.ok ? null : <p class="mind">{one.why}</p>}
        </div>
      ))}
      <p class="quiet">The call is checked as a new one, and people are asked anew about what you send.</p>
      <div class="buttons">
        <Press why={why} press={() => send(args)}>
          Ask for this instead
        </Press>
        <button
          type="button"
          class="button button-quiet"
          onClick={() => {
            setDraft("");
            cancel();
          }}
        >
          Leave it as it is
        </button>
      </div>
    </fieldset>
  );
};

/** A box shows what is written as the browser lays it out: what turns or hides a part of it is shown below, by its sign. */
const Unseen = ({ text }: { readonly text: string }) =>
  stretchesOf(text).some(({ kind }) => kind === "acting") ? (
    <p class="mind">
      reads in full: <Text text={text} />
    </p>
  ) : null;

type BoxProps = {
  readonly id: string;
  readonly field: Field;
  readonly value: string;
  readonly faulty: boolean;
  readonly write: (text: string) => void;
};

const Box = ({ id, field, value, faulty, write }: BoxProps) => {
  const common = { id, value, "aria-invalid": faulty };
  switch (field.kind) {
    case "choice":
    case "boolean":
      return (
        <select {...common} onChange={(event) => write(event.currentTarget.value)}>
          {field.required ? null : <option value="">–</option>}
          {(field.kind === "boolean" ? ["true", "false"] : field.choices).map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      );
    case "long-text":
    case "json":
      return (
        <textarea
          {...common}
          rows={Math.min(12, value.split("\n").length + 1)}
          spellcheck={field.kind === "long-text"}
          onInput={(event) => write(event.currentTarget.value)}
        />
      );
    case "text":
    case "number":
    case "integer":
      return (
        <input
          {...common}
          type="text"
          inputMode={field.kind === "text" ? "text" : "decimal"}
          autocomplete="off"
          onInput={(event) => write(event.currentTarget.value)}
        />
      );
  }
};
