const part = encodeURIComponent;

/** Paths of this API around one execution. */
export const linksOf = (execution_id: string) => {
  const self = `/executions/${part(execution_id)}`;
  return {
    self,
    events: `${self}/events`,
    approvals: `/approvals?execution=${part(execution_id)}`,
    artifacts: `${self}/artifacts`,
  };
};

/** The page of the console where a person finds a request and decides it. */
export const pageOfRequest = (approval_id: string): string => `/console/requests/${part(approval_id)}`;
