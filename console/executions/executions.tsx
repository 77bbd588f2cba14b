import type { ExecutionPage, ExecutionSummary } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import type { Query } from "../client/http.ts";
import { usePolled } from "../client/polled.ts";
import { PlanNames } from "../execution/plan-names.tsx";
import { instantOf, localOf } from "../parts/local-time.ts";
import { go, Link } from "../parts/navigation.tsx";
import { NotYet, Refusal } from "../parts/notice.tsx";
import { onceEach } from "../parts/once-each.ts";
import { usePages } from "../parts/pages.tsx";
import { Person } from "../parts/person.tsx";
import { Tag } from "../parts/tag.tsx";
import { Moment } from "../parts/time.tsx";
import { Unreadable } from "../parts/unreadable.tsx";
import { pathOf } from "../routes.ts";

const SECONDS = 15;
const STATUSES = ["RUNNING", "LOCKED", "SUCCEEDED", "INCOMPLETE", "FAILED", "ABORTED", "ROLLED_BACK"];
const FIELDS = ["text", "agent", "tool", "status", "since"] as const;

/** The search, as the address has it. */
const searchIn = (query: string): Query => {
  const given = new URLSearchParams(query);
  return Object.fromEntries(FIELDS.flatMap((name) => (given.get(name) ? [[name, given.get(name) ?? ""]] : [])));
};

const namesOf = ({ items }: ExecutionPage) => items.map(({ execution_id }) => execution_id);

/** Executions, the newest first, and a search for some. */
export const Executions = ({ api, query }: { readonly api: Api; readonly query: string }) => {
  const search = searchIn(query);
  const { value, problem } = usePolled(`executions ${query}`, () => api.executions({ ...search, limit: 50 }), SECONDS);
  const load = (next: string) => api.executions({ ...search, limit: 50, next });
  const { pages, more } = usePages(value, load, "Look for earlier ones", namesOf, query);
  const found = onceEach(
    pages,
    (page) => page.items,
    ({ execution_id }) => execution_id,
  );
  const items = found.toSorted((one, other) => (one.submitted_at < other.submitted_at ? 1 : -1));
  return (
    <div class="sheet">
      <h1>Executions</h1>
      <Search key={query} search={search} />
      {problem === undefined ? null : <Refusal problem={problem} />}
      {value === undefined && problem === undefined ? <NotYet what="executions" /> : null}
      {value !== undefined && items.length === 0 ? (
        <Nothing searched={Object.keys(search).length > 0} more={more !== null} />
      ) : null}
      <Unreadable names={onceEach(pages, (page) => page.unreadable, String)} one="execution" />
      {items.length === 0 ? null : (
        <ul class="rows executions">
          {items.map((execution) => (
            <Row key={execution.execution_id} execution={execution} />
          ))}
        </ul>
      )}
      {more}
    </div>
  );
};

/** Why there is none, and where to go on. A search reads a stretch of all executions at a time. */
const Nothing = ({ searched, more }: { readonly searched: boolean; readonly more: boolean }) => (
  <p class="nothing" role="status">
    {more ? (
      "None of the newest fits. There are earlier ones, which were not looked at yet."
    ) : searched ? (
      <>
        No execution fits. Say less above, or <Link href={pathOf.executions()}>look at all of them</Link>.
      </>
    ) : (
      <>
        Nothing was submitted yet. <code>buddy run &lt;file&gt;</code> submits plans.
      </>
    )}
  </p>
);

const Row = ({ execution }: { readonly execution: ExecutionSummary }) => {
  const { execution_id, status, plan_ids, step_count, submitted_by, submitted_at } = execution;
  return (
    <li class="row">
      <Link href={pathOf.execution(execution_id)} class="row-link execution-link">
        <span class="row-head">
          <Tag word={status} />
          <strong>
            <PlanNames ids={plan_ids} />
          </strong>
        </span>
        <span class="row-foot">
          <code>{execution_id}</code> · {plural(step_count, "step")} · by <Person id={submitted_by} /> ·{" "}
          <Moment at={submitted_at} />
        </span>
      </Link>
    </li>
  );
};

const Search = ({ search }: { readonly search: Query }) => (
  <search>
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new URLSearchParams();
        for (const [name, value] of new FormData(event.currentTarget)) {
          const written = typeof value === "string" ? value.trim() : "";
          const meant = name === "since" ? (instantOf(written) ?? "") : written;
          if (meant !== "") given.set(name, meant);
        }
        go(`${pathOf.executions()}${given.size === 0 ? "" : `?${given}`}`);
      }}
    >
      <Field name="text" label="Text" search={search} wide />
      <Field name="agent" label="Agent" search={search} />
      <Field name="tool" label="Tool" search={search} />
      <label class="labelled">
        <span>Status</span>
        <select name="status" defaultValue={String(search.status ?? "")} value={String(search.status ?? "")}>
          <option value="">any</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {status.replaceAll("_", " ")}
            </option>
          ))}
        </select>
      </label>
      <label class="labelled">
        <span>Since</span>
        <input type="datetime-local" name="since" defaultValue={localOf(String(search.since ?? ""))} />
      </label>
      <button type="submit" class="button">
        Search
      </button>
    </form>
  </search>
);

type FieldProps = { readonly name: string; readonly label: string; readonly search: Query; readonly wide?: boolean };

const Field = ({ name, label, search, wide = false }: FieldProps) => (
  <label class={wide ? "labelled wide" : "labelled"}>
    <span>{label}</span>
    <input type="text" name={name} defaultValue={String(search[name] ?? "")} autocomplete="off" />
  </label>
);
