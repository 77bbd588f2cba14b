/** The meaning of each exit code, as `--help`, the documentation and the tests read it. */
export const EXIT = {
  ok: 0,
  not_succeeded: 1,
  usage: 2,
  refused: 3,
  not_authorised: 4,
  not_found: 5,
  conflict: 6,
  unreachable: 7,
  waiting_for_people: 8,
  locked: 9,
  tampered: 10,
  incomplete: 11,
  not_all_done: 12,
  rolled_back: 13,
  internal: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: readonly { code: ExitCode; meaning: string }[] = [
  { code: EXIT.ok, meaning: "done; an execution that was followed did all that was asked (SUCCEEDED)" },
  { code: EXIT.not_succeeded, meaning: "the execution failed or was aborted (FAILED, ABORTED)" },
  {
    code: EXIT.usage,
    meaning: "wrong usage: unknown option, missing value, a file that cannot be read, output that cannot be written",
  },
  {
    code: EXIT.refused,
    meaning: "refused by validation; of what was refused, nothing was stored (400, 413, 415, 422)",
  },
  { code: EXIT.not_authorised, meaning: "not authorised: no valid token, a missing scope, four eyes (401, 403)" },
  { code: EXIT.not_found, meaning: "there is no such execution, request, tool or agent (404)" },
  { code: EXIT.conflict, meaning: "decided already, changed since it was read, or not possible now (409, 412)" },
  {
    code: EXIT.unreachable,
    meaning:
      "the server cannot be reached, or cannot serve (429, 5xx); verified: nothing to look at, as in an empty folder (UNREACHABLE)",
  },
  {
    code: EXIT.waiting_for_people,
    meaning:
      "waiting for people: an execution nobody here can decide more of, a contract to confirm; a call that has not ended",
  },
  { code: EXIT.locked, meaning: "the execution is locked, or a person must settle an undo of it that failed" },
  { code: EXIT.tampered, meaning: "verified: the record contradicts itself, its seal or the given key (TAMPERED)" },
  { code: EXIT.incomplete, meaning: "verified: no contradiction, but not everything is proven yet (INCOMPLETE)" },
  { code: EXIT.not_all_done, meaning: "the execution ended, and not all of it was done (INCOMPLETE)" },
  { code: EXIT.rolled_back, meaning: "the execution ended, and was rolled back by hand (ROLLED_BACK)" },
  { code: EXIT.internal, meaning: "a defect in buddy itself" },
  { code: EXIT.interrupted, meaning: "interrupted (Ctrl-C); the execution goes on at the server" },
];

/** The table at the end of `buddy --help`. */
export const exitCodeHelp = (codes: readonly ExitCode[] = EXIT_MEANINGS.map(({ code }) => code)): string => {
  const rows = EXIT_MEANINGS.filter(({ code }) => codes.includes(code));
  return ["Exit codes:", ...rows.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)].join("\n");
};
