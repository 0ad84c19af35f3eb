// A neighbourhood team: a social worker's list and a record, a coordinator's referral and its end, the lead's page of who is in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a social worker sees whom the team looks after, and nobody else", { skip }, async () => {
  const team = new Set();
  let outside = "";
  await journey(async (page) => {
    await signIn(page, "coordinator");
    await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: "My team" }).click();
    const hrefs = (links) => links.map((link) => link.getAttribute("href"));
    for (const href of await page.locator("main table a[href^='/people/']").evaluateAll(hrefs)) team.add(href);
    await page.goto(`${base}/caseload`);
    const caseload = await page.locator("main table a[href^='/people/']").evaluateAll(hrefs);
    outside = caseload.find((href) => !team.has(href));
    assert.ok(team.size > 1 && outside, "some of the caseload are under the team's care and some are not");
  });
  await journey(async (page) => {
    await signIn(page, "social-worker");
    await look(page, "team-home");
    await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: "My team" }).click();
    await look(page, "team-list");
    await page.locator("main table a").first().click();
    assert.ok(team.has(new URL(page.url()).pathname));
    assert.match(await page.locator("main").innerText(), /neighbourhood team \(synthetic\)/);
    await look(page, "team-record");
    await page.goto(`${base}${outside}`);
    assert.match(await page.locator("main").innerText(), /not found/i);
  });
  await journey(async (page) => {
    await signIn(page, "coordinator");
    await page.goto(`${base}${outside}`);
    await page.getByRole("link", { name: "Refer to a team, or end a team's care" }).click();
    await look(page, "team-refer");
    await page.getByRole("button", { name: "Refer" }).click();
    await page.getByRole("heading", { name: "There is a problem" }).waitFor();
    await look(page, "team-refer-wrong");
    await page.getByLabel("Team", { exact: true }).selectOption({ index: 1 });
    await page.getByLabel("Why", { exact: true }).fill("Falls at home, and the council is involved");
    await page.getByRole("button", { name: "Refer" }).click();
    assert.match(await page.locator("main").innerText(), /the council is involved/);
  });
});

test("the governance lead says who is in a team", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "governance");
    await page.getByRole("link", { name: "Teams", exact: true }).click();
    await look(page, "teams");
    await page.locator("main table a").first().click();
    await look(page, "team-members");
    await page.getByLabel("Sign-in name").fill("nobody");
    await page.getByRole("button", { name: "Add to the team" }).click();
    assert.match(await page.locator("main").innerText(), /sign-in name of a care coordinator or a team member/);
  }));
