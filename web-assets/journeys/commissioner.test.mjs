// A commissioner: groups, budget, indicators; never a person.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

/// Opens figures; while they are counted anew, because another journey has changed what may be counted, it looks again.
async function figures(page, address) {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await page.goto(`${base}${address}`);
    if (answer.status() !== 503) return;
    await page.getByRole("heading", { name: "Figures are being counted anew" }).waitFor();
    if (tries === 0) await look(page, "commissioner-being-counted");
    await page.waitForTimeout(500);
  }
  assert.fail(`${address}: the figures did not come back`);
}

test("a commissioner reads groups, budget and indicators", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "commissioner");
    await look(page, "commissioner-home");
    await figures(page, "/population/groups");
    for (const name of ["Population groups", "Budget", "Indicators", "Agreements"]) {
      await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name, exact: true }).click();
      await look(page, `commissioner-${name.toLowerCase().replaceAll(" ", "-")}`);
      assert.equal(await page.locator("a[href^='/people']").count(), 0, `${name} leads to no person`);
    }
    await figures(page, "/population/budget");
    await page.getByRole("link", { name: "Brent", exact: true }).click();
    assert.match(page.url(), /borough=E09000005/);
    await figures(page, "/population/indicators");
    await page.locator("main table a").first().click();
    await look(page, "commissioner-indicator");
    await page.goto(`${base}/population/groups`);
    await page.getByRole("link", { name: "See who is missing and what a signature would add" }).click();
    assert.match(page.url(), /\/agreements\/coverage\?missing=yes$/);
    await look(page, "commissioner-missing");
  }));

test("a commissioner opens no record", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "commissioner");
    assert.equal((await page.goto(`${base}/people/1`)).status(), 404);
    assert.equal((await page.goto(`${base}/worklist`)).status(), 403);
    await look(page, "commissioner-refused");
  }));
