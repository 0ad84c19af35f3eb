// Breaking the glass: a care coordinator opens a record in an emergency, the governance lead looks into it; the rules as pages.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const { WSIC_FOLDER } = process.env;
const skip = missing() || (!WSIC_FOLDER && "WSIC_FOLDER does not name a demonstration's deployment");

/** Three people of each practice, from the files of the first month, which name everybody: registered then, alive, with a number. */
function people() {
  const feed = join(WSIC_FOLDER, "feeds", "gp");
  const month = join(feed, readdirSync(feed).sort()[0]);
  const three = (file) => {
    const [head, ...rows] = readFileSync(join(month, file), "utf8").trim().split("\n");
    // A quoted address may hold a comma: what is read here stands before it, or at the end of the row.
    const at = (name) => head.split(",").indexOf(name);
    const last = head.split(",").length;
    const found = [];
    for (const row of rows) {
      const cells = row.split(",");
      const end = (name) => cells[cells.length - (last - at(name))];
      const [number, born] = [cells[at("nhs_number")], cells[at("date_of_birth")]];
      const here = !end("deregistration_date") && !end("date_of_death");
      if (here && /^999\d{7}$/.test(number) && /^\d{4}-\d{2}-\d{2}$/.test(born)) found.push({ number, born });
      if (found.length === 3) break;
    }
    return found;
  };
  return readdirSync(month).filter((file) => file.includes("patients")).flatMap(three);
}

test("a glass is broken, told and looked into", { skip }, async () => {
  await journey(async (page) => {
    await signIn(page, "coordinator");
    await page.goto(`${base}/emergency`);
    await look(page, "emergency");
    await page.getByRole("button", { name: "Open the record in an emergency" }).click();
    await look(page, "emergency-wrong");
    let opened = 0;
    for (const { number, born } of people()) {
      const [year, month, day] = born.split("-");
      await page.goto(`${base}/emergency`);
      await page.getByLabel("The person's NHS number").fill(number);
      await page.getByLabel("Day").fill(day);
      await page.getByLabel("Month").fill(month);
      await page.getByLabel("Year").fill(year);
      await page.getByLabel("Urgent or unplanned care").check();
      await page.getByLabel("What has happened?").fill("Fell at the day centre");
      await page.getByRole("button", { name: "Open the record in an emergency" }).click();
      // A number with a slip in one source opens nobody's record; a record on the caseload needs no emergency.
      if (!/^\/people\/\d+$/.test(new URL(page.url()).pathname)) continue;
      assert.match(await page.locator("main").innerText(), /You opened this record in an emergency/);
      if (opened === 0) await look(page, "emergency-record");
      opened += 1;
    }
    assert.ok(opened > 3, `${opened} records were opened`);
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
