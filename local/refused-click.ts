/**
 * The click on "Next" is refused by the page, as a real one might be; what its plan did before is rolled back. The
 * example plans are told with it.
 */
export const REFUSED_CLICK = {
  failure_id: "demo_refused_click",
  tool_name: "button_click",
  arguments: { selector: "#next" },
  rung: "call",
  kind: "reject",
  times: 1,
  delay_ms: 0,
  message: "the page answered: your session has expired",
} as const;
