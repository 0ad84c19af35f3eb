// Breaking the glass: a care coordinator opens a record in an emergency, the governance lead looks into it; the rules as pages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];

/** NHS numbers and dates of birth of people on the GP's worklists. */
async function people(page) {
  await signIn(page, "gp");
  await page.goto(`${base}/worklist`);
  const links = await page.locator("main table a[href^='/people/']").evaluateAll((all) => all.map((a) => a.href));
  const found = [];
  for (const link of [...new Set(links)].slice(0, 6)) {
    await page.goto(link);
    const facts = await page.locator(".app-patient-banner").innerText();
    const number = facts.match(/\d{3} \d{3} \d{4}/)?.[0];
    const [, day, month, year] = facts.match(/(\d{1,2}) ([A-Z][a-z]+) (\d{4})/) ?? [];
    if (number && year) found.push({ number, day, month: String(MONTHS.indexOf(month) + 1), year });
  }
  return found;
}

test("a glass is broken, told and looked into", { skip }, async () => {
  let found = [];
  await journey(async (page) => {
    found = await people(page);
  });
  assert.ok(found.length > 0, "nobody is on the GP's worklists");
  await journey(async (page) => {
    await signIn(page, "coordinator");
    await page.goto(`${base}/emergency`);
    await look(page, "emergency");
    await page.getByRole("button", { name: "Open the record in an emergency" }).click();
    await look(page, "emergency-wrong");
    for (const { number, day, month, year } of found) {
      await page.goto(`${base}/emergency`);
      await page.getByLabel("The person's NHS number").fill(number);
      await page.getByLabel("Day").fill(day);
      await page.getByLabel("Month").fill(month);
      await page.getByLabel("Year").fill(year);
      await page.getByLabel("Urgent or unplanned care").check();
      await page.getByLabel("What has happened?").fill("Fell at the day centre");
      await page.getByRole("button", { name: "Open the record in an emergency" }).click();
      if (new URL(page.url()).pathname.match(/^\/people\/\d+$/)) break;
    }
    assert.match(await page.locator("main").innerText(), /You opened this record in an emergency/);
    await look(page, "emergency-record");
  });
  await journey(async (page) => {
    await signIn(page, "gp");
    await page.getByRole("link", { name: "Opened in an emergency" }).click();
    await look(page, "emergency-told");
    assert.match(await page.locator("main").innerText(), /Fell at the day centre/);
  });
  await journey(async (page) => {
    await signIn(page, "governance");
    await page.getByRole("link", { name: "Opened in an emergency" }).click();
    await look(page, "emergency-queue");
    await page.locator("main table a[href^='/audit/rows/']").first().click();
    await page.getByLabel("There was a good reason").check();
    await page.getByLabel("How do you know?").fill("Asked the coordinator and the day centre");
    await page.getByRole("button", { name: "Keep the outcome" }).click();
    await look(page, "emergency-outcome");
  });
});

test("a governance lead reads the rules and tries a case", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "governance");
    await page.getByRole("link", { name: "Access rules", exact: true }).click();
    await look(page, "rules");
    await page.getByRole("link", { name: "What the rules come to, case by case" }).click();
    await look(page, "rules-matrix");
    await page.goto(`${base}/rules/try`);
    await look(page, "rules-try");
    await page.getByLabel("Role").selectOption("care_coordinator");
    await page.getByLabel("On the user's caseload").check();
    await page.getByLabel("Has asked that their record is not shared beyond their practice").check();
    await page.getByRole("button", { name: "Try this case" }).click();
    assert.match(await page.locator("main").innerText(), /What would happen/);
    await look(page, "rules-tried");
  }));
