// Whose a record is: a governance lead answers a doubtful link; a GP parts a record, sees who saw it, and takes it back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, journey, look, missing, signIn } from "./browser.mjs";

const skip = missing();

test("a governance lead answers a doubtful link and reads linkage quality", { skip }, (context) =>
  journey(async (page) => {
    await signIn(page, "governance");
    const menu = () => page.getByRole("navigation", { name: "Menu" });
    await menu().getByRole("link", { name: "Doubtful links" }).click();
    await look(page, "linkage-queue");
    const begin = page.getByRole("button", { name: "Begin with the most doubtful" });
    if ((await begin.count()) === 0) {
      context.diagnostic("no doubtful link waits in this deployment: no case was answered");
    } else {
      await begin.click();
      await page.getByRole("heading", { level: 1, name: "Are these two records the same person?" }).waitFor();
      await look(page, "linkage-case");
      await page.getByLabel("Note for other reviewers").fill("A journey of the tests");
      // By keyboard: from the note, past two answers, to the third.
      for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("Another reviewer is asked about that case").waitFor();
      await look(page, "linkage-case-next");
      await page.getByRole("link", { name: "See that case" }).click();
      await page.getByText("A journey of the tests").waitFor();
      assert.equal(await page.getByRole("button", { name: "Same person" }).count(), 0);
      await look(page, "linkage-case-answered");
    }
    await menu().getByRole("link", { name: "Linkage quality" }).click();
    await look(page, "linkage-quality");
    await page.getByRole("table", { name: "By source" }).waitFor();
    const file = await page.request.get(`${base}/linkage/quality.csv`);
    assert.match(await file.text(), /^by,group,people/);
  }));

test("a GP parts a record, sees who saw it, and takes it back", { skip }, (context) =>
  journey(async (page) => {
    await signIn(page, "gp");
    await page.goto(`${base}/worklist`);
    const lists = page.locator("main a[href^='/worklist?list=']");
    if ((await page.locator("main a[href^='/people/']").count()) === 0) await lists.first().click();
    const people = await page.locator("main a[href^='/people/']").evaluateAll((links) => links.map((a) => a.pathname));
    const part = page.getByRole("link", { name: /This is somebody else/ });
    for (const person of people.slice(0, 20)) {
      await page.goto(base + person);
      await page.getByRole("link", { name: "Where it comes from" }).click();
      if ((await part.count()) > 1) break;
    }
    if ((await part.count()) < 2) {
      context.diagnostic("nobody on the first worklist has two records: nothing was parted");
      return;
    }
    await look(page, "linkage-person");
    await part.last().click();
    await look(page, "linkage-part");
    await page.getByRole("button", { name: "Yes, part it from this person" }).click();
    await page.getByRole("link", { name: "Enter a reason" }).waitFor();
    await page.getByLabel("How do you know").fill("A journey of the tests");
    await page.getByRole("button", { name: "Yes, part it from this person" }).click();
    await page.getByRole("heading", { level: 1, name: "Who saw the joined record" }).waitFor();
    assert.match(await page.locator("main table").first().innerText(), /Opened the record/);
    await look(page, "linkage-parting");
    await page.getByLabel("Why is the record").fill("A journey of the tests");
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.getByText("Taken back").waitFor();
    await look(page, "linkage-person-again");
  }));
