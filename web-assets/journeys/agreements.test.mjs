// Agreements: a signatory signs for a practice, the lead suspends and resumes, coverage follows; a person chooses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a signatory signs and withdraws for their practice", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "signatory");
    await look(page, "signatory-home");
    await page.goto(`${base}/agreements`);
    await look(page, "signatory-agreements");
    await page.getByRole("link", { name: "Planning in North West London" }).click();
    await look(page, "signatory-agreement");
    const sign = page.getByRole("button", { name: /^Sign for / });
    if (await sign.count()) await sign.click();
    await page.getByText("has signed.").waitFor();
    await page.locator("summary", { hasText: "Withdraw" }).click();
    await page.getByLabel(/^Reason/).fill("A journey ends as it began");
    await look(page, "signatory-withdraw");
    await page.getByRole("button", { name: "Withdraw the signature" }).click();
    await sign.waitFor();
    assert.ok(await page.getByText("A journey ends as it began").count(), "the version says why");
  }));

test("the lead writes an agreement and sees who is missing", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "governance");
    await page.goto(`${base}/agreements/new`);
    await look(page, "agreement-new");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "There is a problem" }).waitFor();
    await look(page, "agreement-new-wrong");
    await page.getByLabel("What the agreement is called").fill("Journey");
    const tick = (set, name) => page.getByRole("group", { name: set }).getByLabel(name, { exact: true }).check();
    await tick("Whose data", "All practices of Brent");
    await tick("Who receives them", "NHS North West London ICB");
    await tick("Which data", "GP practice");
    const secondary = page.locator("details", { has: page.locator("summary", { hasText: "Secondary use" }) });
    if (!(await secondary.evaluate((details) => details.open))) await secondary.locator("summary").click();
    await secondary.getByLabel(/^E5\. /).check();
    await page.getByLabel("First day").fill("2026-12-01");
    await page.getByLabel("Data protection impact assessment").fill("DPIA 7");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Journey", level: 1 }).waitFor();
    await look(page, "agreement");
    await page.goto(`${base}/agreements/coverage?missing=yes`);
    await look(page, "coverage-missing");
    await page.locator("main table a[href^='/agreements/coverage/']").first().click();
    await look(page, "coverage-organisation");
    await page.goto(`${base}/agreements/removed`);
    await look(page, "agreements-removed");
    await page.goto(`${base}/objections`);
    await look(page, "objections");
  }));

test("a person makes a choice and takes it back", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "person");
    await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: "My choices" }).click();
    await look(page, "choices");
    await page.getByRole("button", { name: "Do not count me" }).click();
    await page.getByRole("button", { name: "Count me again" }).click();
    await page.getByRole("button", { name: "Do not count me" }).waitFor();
  }));
