// A GP: a worklist, a record, its timeline, a search.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a GP works from a list to a record and its timeline", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "gp");
    await look(page, "gp-home");
    await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: "Worklist" }).click();
    await look(page, "gp-worklists");
    await page.locator("main .nhsuk-card__link").first().click();
    await look(page, "gp-worklist");
    await page.getByRole("link", { name: "75 to 84" }).click();
    assert.match(page.url(), /age=75-84/);
    await page.goBack();
    await page.locator("main table a").first().click();
    assert.match(page.url(), /\/people\/\d+$/);
    assert.ok(!(await page.title()).match(/[A-Z]{3,},/), "no name in the title");
    await look(page, "gp-record");
    await page.getByRole("navigation", { name: "This person" }).getByRole("link", { name: "Timeline" }).click();
    await look(page, "gp-timeline");
    await page.getByRole("link", { name: "12 months" }).click();
    assert.match(page.url(), /months=12/);
  }));

test("a GP finds a person by the number on the banner", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "gp");
    await page.goto(`${base}/worklist`);
    await page.locator("main .nhsuk-card__link").first().click();
    await page.locator("main table a").first().click();
    const number = await page.locator("dt", { hasText: "NHS number" }).locator("xpath=../dd").first().innerText();
    await page.getByRole("link", { name: "Find a person" }).first().click();
    await look(page, "gp-find");
    await page.getByRole("button", { name: "Find by NHS number" }).click();
    assert.match(await page.title(), /^Error: /);
    await look(page, "gp-find-error");
    await page.getByRole("link", { name: "Enter an NHS number" }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "nhs_number");
    await page.getByLabel("NHS number", { exact: true }).fill(number);
    await page.getByRole("button", { name: "Find by NHS number" }).click();
    assert.ok(!page.url().includes(number.replaceAll(" ", "")), "the number stands in no address");
    await look(page, "gp-found");
  }));

test("a GP is told the same of a stranger as of nobody", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "gp");
    const answer = await page.goto(`${base}/people/4000000000`);
    assert.equal(answer.status(), 404);
    await look(page, "gp-not-found");
  }));

test("everything works without scripts", { skip }, () =>
  journey(
    async (page) => {
      await signIn(page, "gp");
      await page.goto(`${base}/worklist`);
      await page.locator("main .nhsuk-card__link").first().click();
      await page.locator("main table a").first().click();
      await page.getByRole("navigation", { name: "This person" }).getByRole("link", { name: "Timeline" }).click();
      assert.equal(await page.locator("h1").innerText(), "Timeline");
      await page.getByRole("button", { name: "Sign out" }).click();
      assert.equal(await page.locator("h1").innerText(), "Sign in");
    },
    { javaScriptEnabled: false },
  ));
