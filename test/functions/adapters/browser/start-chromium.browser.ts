import { expect, it } from "vitest";
import { describeInBrowser } from "../../../browser/describe-in-browser.ts";

await describeInBrowser("a Chromium that was started", (browser) => {
  it("a browser that was started shows a page and closes it", async () => {
    const page = await browser().newPage();
    await page.setContent("<label>Name <input></label>");
    await page.getByLabel("Name").fill("Ada");
    expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Ada");
    await page.close();
    expect(browser().contexts()).not.toContain(page.context());
  });
});
