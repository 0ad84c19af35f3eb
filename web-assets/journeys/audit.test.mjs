// Accesses that stand out and what is found out about them; a person's question about an access, and its answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a person asks about an access, and a governance lead answers and looks into what stands out", { skip }, async () => {
  const question = `What was this for? (${process.pid})`;
  await journey(async (page) => {
    await signIn(page, "person");
    await page.goto(base + "/my-record/accesses");
    await page.locator("main table a[href$='/ask']").first().click();
    await look(page, "person-ask");
    await page.getByLabel("What would you like to know?").fill(question);
    await page.getByRole("button", { name: "Send the question" }).click();
    assert.match(await page.locator("main").innerText(), /Not answered yet/);
    await look(page, "person-asked");
  });
  await journey(async (page) => {
    await signIn(page, "governance");
    await page.goto(base + "/audit");
    await page.getByRole("link", { name: "Questions people ask" }).click();
    await look(page, "governance-questions");
    await page.getByRole("row", { name: question }).getByRole("link").click();
    await look(page, "governance-question");
    await page.getByLabel("Your answer to the person").fill("It was you yourself, when you signed in.");
    await page.getByRole("button", { name: "Send the answer" }).click();
    assert.match(page.url(), /\/audit\/questions$/);

    await page.goto(base + "/audit/unusual");
    await look(page, "governance-unusual");
    for (const name of ["Unusually many", "Out of hours", "No care around it"]) {
      await page.getByRole("link", { name }).click();
      await look(page, `governance-unusual-${name.toLowerCase().replaceAll(" ", "-")}`);
    }
    await page.goto(base + "/audit");
    await page.locator("main table a[href^='/audit/rows/']").first().click();
    await look(page, "governance-row");
    await page.getByLabel("There was a good reason").check();
    await page.getByLabel("How do you know?").fill("It was a journey of ours");
    await page.getByRole("button", { name: "Keep the outcome" }).click();
    assert.match(await page.locator("main").innerText(), /It was a journey of ours/);
    await look(page, "governance-row-outcome");
  });
  await journey(async (page) => {
    await signIn(page, "person");
    await page.goto(base + "/my-record/accesses");
    assert.match(await page.locator("main").innerText(), /It was you yourself/);
    await look(page, "person-answered");
  });
});
