// Outcomes: the framework, an indicator whole, practice profiles and the monthly return; a GP's own practice; why somebody is on a list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, figures, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

/** The text of a file that a link of the page leads to. */
async function download(page, name) {
  const href = await page.getByRole("link", { name }).first().getAttribute("href");
  const answer = await page.request.get(new URL(href, base).href);
  assert.equal(answer.status(), 200, href);
  assert.match(answer.headers()["content-type"], /text\/csv/);
  return (await answer.text()).trimEnd().split("\r\n");
}

test("a commissioner reads the outcomes framework and one indicator whole", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "commissioner");
    await figures(page, "/population/indicators");
    await page.goto(`${base}/`);
    await page.getByRole("link", { name: "Outcomes framework" }).click();
    for (const domain of ["Quality of life", "Quality of care", "Financial sustainability", "Professional experience", "Operational performance"]) {
      await page.getByRole("heading", { name: domain, exact: true }).waitFor();
    }
    assert.ok((await page.getByText("Nothing measures this yet.").count()) > 0, "an empty part says what it needs");
    await look(page, "outcomes");
    await page.getByRole("link", { name: "Emergency admissions", exact: true }).click();
    assert.equal(await page.locator("svg[role=img]").count(), 2, "control chart and funnel");
    assert.equal(await page.locator("a[href^='/people']").count(), 0);
    await look(page, "indicator");
    const months = await download(page, "Download the months (CSV)");
    assert.match(months[0], /^place,month,numerator,denominator,value,lower_95,upper_95,change,coverage$/);
    assert.ok(months.length > 12);
    assert.ok((await download(page, "Download these tables (CSV)")).some((line) => line.includes("most deprived")));
    await page.getByRole("link", { name: "Practices", exact: true }).click();
    await look(page, "indicator-practices");
    assert.ok((await download(page, "Download the comparison (CSV)")).length > 3);
  }));

test("a commissioner chooses a practice and sends the monthly return", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "commissioner");
    await figures(page, "/population/practices");
    await page.goto(`${base}/`);
    await page.getByRole("link", { name: "Practice profiles" }).click();
    await look(page, "practices");
    await page.goto(`${base}/population/indicators/emergency_admissions?by=practice`);
    await page.locator("main table a[href^='/population/practices/']").first().click();
    await look(page, "practice");
    assert.ok((await download(page, "Download the indicators (CSV)")).length > 5);
    await page.goto(`${base}/population/return`);
    await look(page, "return");
    const lines = await download(page, "Download the return (CSV)");
    for (const set of ["O1", "O2", "O3", "O4", "O5", "O6", "P1"]) {
      assert.ok(lines.some((line) => line.startsWith(`"${set}"`)), set);
    }
  }));

test("a GP sees their own practice's profile and no other, and why somebody is on a list", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "gp");
    await figures(page, "/population/practices");
    await page.goto(`${base}/`);
    await page.getByRole("link", { name: "My practice" }).click();
    assert.match(page.url(), /\/population\/practices\/[A-Z0-9]+$/);
    await look(page, "practice-own");
    const own = page.url().split("/").pop();
    const other = own === "E84002" ? "E84013" : "E84002";
    assert.equal((await page.goto(`${base}/population/practices/${other}`)).status(), 404);
    assert.equal((await page.goto(`${base}/population/indicators`)).status(), 403);
    await page.goto(`${base}/worklist`);
    await page.locator("main .nhsuk-card__link").first().click();
    await page.locator("main table a[href*='/reasons#']").first().click();
    await page.getByText("The rule", { exact: true }).first().waitFor();
    await look(page, "reasons");
  }));
