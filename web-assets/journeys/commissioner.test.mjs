// A commissioner: groups, budget, indicators; never a person.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, figures, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a commissioner reads groups, budget and indicators", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "commissioner");
    await look(page, "commissioner-home");
    await figures(page, "/population/groups");
    await page.getByRole("link", { name: "Who is missing" }).click();
    assert.match(page.url(), /\/agreements\/coverage\?missing=yes$/);
    await look(page, "commissioner-missing");
    for (const name of ["Population groups", "Budget", "Outcomes", "Agreements"]) {
      await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name, exact: true }).click();
      await look(page, `commissioner-${name.toLowerCase().replaceAll(" ", "-")}`);
      assert.equal(await page.locator("a[href^='/people']").count(), 0, `${name} leads to no person`);
    }
    await page.goto(`${base}/population/budget`);
    await page.getByRole("link", { name: "Brent", exact: true }).click();
    assert.match(page.url(), /borough=E09000005/);
    await page.goto(`${base}/population/indicators`);
    await page.locator("main table a").first().click();
    await look(page, "commissioner-indicator");
  }));

test("a commissioner opens no record", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "commissioner");
    assert.equal((await page.goto(`${base}/people/1`)).status(), 404);
    assert.equal((await page.goto(`${base}/worklist`)).status(), 403);
    await look(page, "commissioner-refused");
  }));
