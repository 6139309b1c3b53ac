// The review page: keys and buttons become requests, and the answer's card takes the place of the old one.
import { ask, isTyping, keysAreOn, onKeys, say } from "./common.js";

const desk = document.querySelector("#desk");
const query = desk.dataset.query;
const undone = JSON.parse(sessionStorage.getItem("undo") || "[]");
let shownAt = performance.now();
let busy = false;
let besideIt = Promise.resolve();
let nearIt = Promise.resolve();
let unedited = null;
let turned = 0;

const judge = () => desk.querySelector("#judge");
const there = () => ({ list: judge().dataset.list, id: judge().dataset.id, version: judge().dataset.version, query });
const panel = () => desk.querySelector(".panel:not([hidden])");

// --- showing a card ------------------------------------------------------------------------------

function show(told) {
  const typed = told.conflict && panel() ? values(panel()) : null;
  const kind = typed && panel().id;
  desk.innerHTML = told.html;
  document.querySelector("#problems").replaceChildren(...(told.problems || []).map((words) => {
    const line = document.createElement("p");
    line.className = "problem";
    line.textContent = words;
    return line;
  }));
  begin();
  if (typed && judge().dataset.id) retype(kind, typed);
  else judge().focus({ preventScroll: true });
  if (!typed) scrollTo({ top: 0 });
}

function begin() {
  shownAt = performance.now();
  turned = 0;
  const { list, id } = judge().dataset;
  const address = new URLSearchParams(query);
  if (id) { address.set("list", list); address.set("id", id); }
  history.replaceState(null, "", `/?${address}`);
  if (!id) return;
  besideIt = beside(list, id);
  nearIt = besideIt.then(() => near(list, id));
}

// A note with several clozes becomes several cards: one is shown, and `by` leads to the next.
function turn(by) {
  const cards = [...desk.querySelectorAll("#preview .one")];
  if (!cards.length) return;
  const focused = document.activeElement?.matches(".turn button");
  turned = (turned + by) % cards.length;
  cards.forEach((one, number) => { one.hidden = number !== turned; });
  if (focused) cards[turned].querySelector(".turn button")?.focus();
  if (by && cards.length > 1) say(`Card ${turned + 1} of ${cards.length}`);
}

async function beside(list, id) {
  const aside = desk.querySelector("#aside");
  try {
    const html = await ask(`/aside?${new URLSearchParams({ list, id })}`);
    if (judge().dataset.id !== id) return;
    aside.innerHTML = html;
    const mark = aside.querySelector("mark.this");
    const place = mark ? mark.offsetTop - aside.offsetTop : 0;
    if (mark && getComputedStyle(aside).overflowY === "auto" && place + mark.offsetHeight > aside.clientHeight)
      aside.scrollTop = place - aside.clientHeight / 3;
  } catch (error) {
    say(error.message, true);
  } finally {
    aside.removeAttribute("aria-busy");
  }
}

async function near(list, id) {
  const place = desk.querySelector("#near");
  if (!place || judge().dataset.id !== id) return;
  try {
    const html = await ask(`/near?${new URLSearchParams({ list, id })}`);
    if (judge().dataset.id === id) place.innerHTML = html;
  } catch (error) {
    say(error.message, true);
  } finally {
    place.removeAttribute("aria-busy");
  }
}

// What was typed is not lost to a conflict: it stands in the form again, over the card as it is now.
function retype(kind, typed) {
  open(kind);
  const fields = panel().elements;
  if (kind === "edit") for (const name of ["question", "answer", "quote"]) fields[name].value = typed[name];
  if (kind === "split") typed.parts.forEach((part, number) => {
    fields.question[number].value = part.question;
    fields.answer[number].value = part.answer;
  });
  check();
}

// --- deciding ------------------------------------------------------------------------------------

async function act(url, body) {
  if (busy || !judge().dataset.id) return;
  busy = true;
  try {
    const before = { list: judge().dataset.list, id: judge().dataset.id };
    const told = await ask(url, { ...there(), milliseconds: Math.round(performance.now() - shownAt), ...body });
    if (told.undo) remember({ ...before, undo: told.undo });
    show(told);
    say(told.conflict ? `Not saved: ${told.conflict}` : `${told.said}. ${told.left} left.`, Boolean(told.conflict));
  } catch (error) {
    say(error.message, true);
  } finally {
    busy = false;
  }
}

function remember(decision) {
  undone.push(decision);
  sessionStorage.setItem("undo", JSON.stringify(undone.slice(-200)));
}

const decide = (action, more = {}) => act("/decide", { action, ...more });

async function undo() {
  const last = undone.pop();
  sessionStorage.setItem("undo", JSON.stringify(undone));
  if (!last) { say("Nothing to undo."); return; }
  try {
    const told = await ask("/undo", { ...last, query });
    show(told);
    say(`${told.said}.`);
  } catch (error) {
    say(error.message, true);
  }
}

async function go(step) {
  if (busy || !judge().dataset.id) return;
  busy = true;
  const { list, id } = judge().dataset;
  const asked = new URLSearchParams(query);
  for (const [name, value] of Object.entries({ list, id, step })) asked.set(name, value);
  try {
    show(await ask(`/next?${asked}`));
  } catch (error) {
    say(error.message, true);
  } finally {
    busy = false;
  }
}

function bulk(action) {
  const sure = document.querySelector("#sure");
  sure.querySelector("h2").textContent = `${action === "accept" ? "Accept" : "Reject"} all cards of this article that wait?`;
  sure.onclose = () => { if (sure.returnValue === "yes") act("/bulk", { action }); };
  sure.returnValue = "";
  sure.showModal();
}

async function merge() {
  await nearIt;
  const twin = desk.querySelector(".twin");
  if (!twin) { say("No card says nearly the same as this one."); return; }
  open("edit");
  panel().dataset.other = JSON.stringify({ list: twin.dataset.list, id: twin.dataset.id });
  say("Write the one card that is left of the two, then save.");
}

// --- forms ---------------------------------------------------------------------------------------

function open(name, field = "textarea") {
  close();
  const form = desk.querySelector(`#${name}`);
  if (!form) return;
  if (name === "edit") unedited = checked().map((part) => part.innerHTML);
  form.hidden = false;
  (form.querySelector(field) || form.querySelector(".reason")).focus();
  form.scrollIntoView({ block: "nearest" });
}

function close() {
  for (const form of desk.querySelectorAll(".panel")) { form.hidden = true; delete form.dataset.other; }
}

// What a check of the edited text fills in.
const checked = () => [desk.querySelector("#preview"), desk.querySelector("#findings")];

function leave() {
  const form = panel();
  close();
  form?.reset();
  if (form?.id === "edit") checked().forEach((part, number) => { part.innerHTML = unedited[number]; });
  judge().focus();
}

function values(form) {
  const fields = form.elements;
  if (form.id === "split") {
    const quote = fields.quote.value;
    return { parts: [0, 1].map((n) => ({ question: fields.question[n].value, answer: fields.answer[n].value, quote })) };
  }
  if (form.id === "reject") return { reason: fields.reason.value };
  return { question: fields.question.value, answer: fields.answer.value, quote: fields.quote.value };
}

function submit(form) {
  const more = values(form);
  if (form.dataset.other) decide("merge", { ...more, other: JSON.parse(form.dataset.other) });
  else decide(form.id, more);
}

let checking = 0;
function check() {
  clearTimeout(checking);
  checking = setTimeout(async () => {
    const form = panel();
    if (form?.id !== "edit") return;
    const { id } = judge().dataset;
    try {
      const told = await ask("/check", { ...there(), ...values(form) });
      if (judge().dataset.id !== id || panel() !== form) return;
      for (const part of checked()) part.innerHTML = told[part.id];
      turn(0);
    } catch (error) {
      say(error.message, true);
    }
  }, 150);
}

async function follow(link) {
  await besideIt;
  desk.querySelector(link)?.click();
}

// --- keys and clicks -----------------------------------------------------------------------------

const doing = {
  accept: () => decide("accept"),
  take: () => decide("take"),
  leave: () => decide("leave"),
  edit: () => open("edit"),
  reject: () => open("reject"),
  split: () => open("split"),
  merge,
  skip: () => go("next"),
  previous: () => go("previous"),
  article: () => go("article"),
  undo,
  turn: () => turn(1),
  close: leave,
  "accept-all": () => bulk("accept"),
  "reject-all": () => bulk("reject"),
};
const keys = {
  a: () => (judge().dataset.proposal ? doing.take() : doing.accept()),
  d: () => { if (judge().dataset.proposal) doing.leave(); },
  c: doing.turn,
  e: doing.edit,
  E: () => open("edit", "[name=answer]"),
  r: doing.reject,
  s: doing.split,
  m: merge,
  n: doing.skip,
  p: doing.previous,
  N: doing.article,
  A: doing["accept-all"],
  R: doing["reject-all"],
  u: undo,
  v: () => follow("#article-link"),
  o: () => follow("#source-link"),
  "/": () => {
    document.querySelector(".filterbox").open = true;
    document.querySelector("[name=text]").focus();
  },
  "?": () => document.querySelector("#help").showModal(),
};

const keysOn = document.querySelector("#keys-on");
keysOn.checked = keysAreOn();
keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.do) doing[button.dataset.do]();
  else if (button?.dataset.reason) decide("reject", { reason: button.dataset.reason });
});
document.querySelector("#help-button").addEventListener("click", () => document.querySelector("#help").showModal());
desk.addEventListener("submit", (event) => { event.preventDefault(); submit(event.target); });
desk.addEventListener("input", check);
const filters = document.querySelector(".filters");
filters.addEventListener("change", () => filters.requestSubmit());
begin();
onKeys("review", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const form = panel();
  if (event.key === "Escape" && form) { event.preventDefault(); doing.close(); return; }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) { event.preventDefault(); submit(form); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = isTyping(event);
  if (form?.id === "reject" && !typing && /^[1-6]$/.test(event.key)) {
    event.preventDefault();
    decide("reject", { reason: form.querySelectorAll(".reason")[event.key - 1].dataset.reason });
    return;
  }
  if (typing || form || busy || !(event.key in keys) || (!keysAreOn() && event.key !== "?")) return;
  event.preventDefault();
  keys[event.key]();
});
