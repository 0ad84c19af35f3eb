// Warns before a session ends, and leaves the page when it has ended. Without this the foot of the page says when that is.
const section = document.querySelector(".app-session");
const others = new BroadcastChannel("wsic-session");
let timers = [];

/** Counts anew from now: `seconds` until the end, warning before it. */
function count({ seconds, warning, last, words }) {
  timers.forEach(clearTimeout);
  section.toggleAttribute("data-last", last);
  if (words) section.querySelectorAll(".app-session__words").forEach((line) => (line.textContent = words));
  timers = [setTimeout(warn, Math.max(0, seconds - warning) * 1000), setTimeout(leave, seconds * 1000)];
}

function warn() {
  section.querySelector("dialog").showModal();
}

/** What was on the screen is gone; one goes on there after signing in again. */
function leave() {
  const next = encodeURIComponent(location.pathname + location.search);
  location.replace(`/sign-in?ended=1&next=${next}`);
}

/** Asks the server to keep the session going, without leaving the page. */
async function stay(event) {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (!answer.ok) return leave();
  const ends = { ...(await answer.json()), warning };
  section.querySelector("dialog").close();
  count(ends);
  others.postMessage(ends);
}

// Who is asked to sign in here, or has signed out, is no longer signed in in other windows of this browser either.
if (!section && location.pathname.startsWith("/sign-")) others.postMessage({ ended: true });

const warning = Number(section?.dataset.warning);
if (section) {
  const ends = { seconds: Number(section.dataset.seconds), warning, last: section.hasAttribute("data-last") };
  count(ends);
  section.querySelector("form[action='/account/stay']").addEventListener("submit", stay);
  // A page opened elsewhere keeps this one signed in too.
  others.postMessage({ ...ends, words: section.querySelector(".app-session__words").textContent });
  others.addEventListener("message", ({ data }) => {
    if (data.ended) return leave();
    section.querySelector("dialog").close();
    count(data);
  });
}
