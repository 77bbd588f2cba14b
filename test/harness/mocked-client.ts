import { mockClient } from "aws-sdk-client-mock";
import { afterAll } from "vitest";

/**
 * A client of AWS whose every request the test answers. The mock stands in the class, which other test files of the
 * process use as well; so it goes when the file that made it is over.
 */
export const mockedClient: typeof mockClient = (client) => {
  const mock = mockClient(client);
  afterAll(() => mock.restore());
  return mock;
};
