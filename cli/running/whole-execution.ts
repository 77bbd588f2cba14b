import type { Api } from "../client/api.ts";
import type { Reply } from "../client/http.ts";
import type { Approval } from "../replies/approvals.ts";
import type { Execution } from "../replies/executions.ts";

const PAGE = 1_000;

/** The execution with all of its steps, page after page; in `raw` too, so that --json gives one whole document. */
export const wholeExecution = async (api: Api, id: string): Promise<Reply<Execution>> => {
  const first = await api.execution(id, { steps_limit: PAGE });
  const pages = [first];
  for (let next = first.value.next; next !== null; ) {
    const page = await api.execution(id, { steps_limit: PAGE, next });
    pages.push(page);
    next = page.value.next;
  }
  if (pages.length === 1) return first;
  const joined = (view: (page: Reply<Execution>) => Execution): Execution => ({
    ...view(first),
    steps: pages.flatMap((page) => view(page).steps),
    next: null,
  });
  const value = joined((page) => page.value);
  return { raw: JSON.parse(JSON.stringify(value)), value, printable: joined((page) => page.printable) };
};

/** Every request of that status, in the order of the queue: as it came, and printable. */
export const everyApproval = async (
  api: Api,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<{ value: Approval[]; printable: Approval[] }> => {
  const value: Approval[] = [];
  const printable: Approval[] = [];
  let next: string | undefined;
  do {
    const page = await api.approvals({ ...query, next });
    value.push(...page.value.plans.flatMap(({ approvals }) => approvals));
    printable.push(...page.printable.plans.flatMap(({ approvals }) => approvals));
    next = page.value.next ?? undefined;
  } while (next !== undefined);
  return { value, printable };
};
