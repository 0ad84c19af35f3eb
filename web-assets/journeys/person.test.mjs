// A person: their own record, and who looked at it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a person reads their own record and who looked at it", { skip }, () =>
  journey(async (page) => {
    await signIn(page, "person");
    assert.equal(await page.locator("h1").innerText(), "My record");
    await look(page, "person-record");
    await page.getByRole("link", { name: "See who looked at your record" }).click();
    await look(page, "person-accesses");
    assert.ok(await page.getByText("Opened their own record").count(), "their own look is there too");
    await page.getByRole("button", { name: "Sign out" }).click();
    await look(page, "signed-out");
  }));

test("statements are open to anyone", { skip }, () =>
  journey(async (page) => {
    for (const name of ["help", "accessibility", "privacy", "sign-in"]) {
      await page.goto(`${base}/${name}`);
      await look(page, name);
    }
  }));
