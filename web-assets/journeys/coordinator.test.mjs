// A care coordinator: the caseload, a record without costs, somebody else's person.
import assert from "node:assert/strict";
import { test } from "node:test";
import { journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a care coordinator begins the day", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "coordinator");
    await look(page, "coordinator-home");
    await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: "My caseload" }).click();
    await look(page, "coordinator-caseload");
    await page.locator("main table a").first().click();
    await look(page, "coordinator-record");
    await page.getByRole("navigation", { name: "This person" }).getByRole("link", { name: "Timeline" }).click();
    assert.equal(await page.getByText("£").count(), 0, "costs are not for the coordinator");
    await look(page, "coordinator-timeline");
  }));
