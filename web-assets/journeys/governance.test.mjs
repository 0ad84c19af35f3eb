// An information-governance lead: the audit, agreements, feeds down to a refused row.
import assert from "node:assert/strict";
import { test } from "node:test";
import { journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a governance lead sees who looked at whom and what became of each file", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "governance");
    await look(page, "governance-home");
    const menu = () => page.getByRole("navigation", { name: "Menu" });
    await menu().getByRole("link", { name: "Who looked at whom" }).click();
    await look(page, "governance-audit");
    await page.locator("summary", { hasText: "Narrow the search" }).click();
    await page.getByLabel("User name").fill("gp");
    await page.getByRole("button", { name: "Search" }).click();
    assert.match(page.url(), /user=gp/);
    await look(page, "governance-audit-narrowed");
    await menu().getByRole("link", { name: "Agreements" }).click();
    await look(page, "governance-agreements");
    await menu().getByRole("link", { name: "Feeds" }).click();
    await look(page, "governance-feeds");
    await page.locator("main table a[href^='/feeds/']").first().click();
    await look(page, "governance-file");
  }));
