// The article page: sentences are selected by key or mouse, and a card is drafted from the selection.
import { ask, isTyping, keysAreOn, onKeys, say } from "./common.js";

const article = document.querySelector("#article");
const language = document.documentElement.lang;
let sentences = null;
let at = -1;
let busy = false;

// Every sentence of the text as a range, block by block.
function all() {
  if (sentences) return sentences;
  sentences = [];
  const segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
  for (const block of article.querySelectorAll(".part-text :is(p, li, td, blockquote)")) {
    if (block.querySelector("p, li")) continue;
    for (const { segment, index } of segmenter.segment(words(block)))
      if (segment.trim().length >= 20) sentences.push({ block, start: index, end: index + segment.trimEnd().length });
  }
  return sentences;
}

// The text of a block, each formula as one word of the same length: no dot in it ends a sentence.
function words(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    text += node.parentElement.closest("math") ? "x".repeat(node.length) : node.data.replace(/\s/g, " ");
  return text;
}

function range({ block, start, end }) {
  const found = document.createRange();
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let passed = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const after = passed + node.length;
    if (start >= passed && start < after) found.setStart(node, start - passed);
    if (end > passed && end <= after) { found.setEnd(node, end - passed); break; }
    passed = after;
  }
  return found;
}

function step(by) {
  const known = all();
  if (!known.length) return;
  at = Math.min(known.length - 1, Math.max(0, at + by));
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range(known[at]));
  known[at].block.scrollIntoView({ block: "center" });
  say(selected().slice(0, 200));
}

const selected = () => (getSelection().rangeCount ? textOf(getSelection().getRangeAt(0)).replace(/\s+/g, " ").trim() : "");

// What is selected of each section's own text, without its heading and what the page says of it.
function selectedBySection() {
  if (!getSelection().rangeCount) return [];
  const whole = getSelection().getRangeAt(0);
  const parts = [...article.querySelectorAll(".part-text")].filter((part) => whole.intersectsNode(part));
  return parts.map((part) => {
    const inside = document.createRange();
    inside.selectNodeContents(part);
    if (whole.compareBoundaryPoints(Range.START_TO_START, inside) > 0) inside.setStart(whole.startContainer, whole.startOffset);
    if (whole.compareBoundaryPoints(Range.END_TO_END, inside) < 0) inside.setEnd(whole.endContainer, whole.endOffset);
    return textOf(inside).replace(/\s+/g, " ").trim();
  }).filter((text) => text.length >= 20);
}

async function draft() {
  if (busy) return;
  const [text, ...more] = selectedBySection();
  if (!text) { say("Select a sentence first: j and k go through them."); return; }
  if (more.length) { say(`This runs over ${more.length + 1} sections, and a card is of one: select less.`, true); return; }
  if (text.length > 2000) { say("This is too much for one card: select a few sentences.", true); return; }
  busy = true;
  say("The model is asked for a card…");
  try {
    const { list, source } = article.dataset;
    const told = await ask("/draft", { list, source, text });
    document.querySelector("#drafted").insertAdjacentHTML("afterbegin", told.html);
    document.querySelector("#no-cards")?.remove();
    document.querySelector(".aside").scrollTop = 0;
    say("A card was drafted.");
  } catch (error) {
    say(error.message, true);
  } finally {
    busy = false;
  }
}

// A quote leads to its card, and the card that was asked for to its quote.
article.addEventListener("click", (event) => {
  const card = event.target.closest("mark")?.dataset.card;
  if (card && getSelection().isCollapsed) point(card);
});
function point(card) {
  for (const old of document.querySelectorAll(".pointed")) old.classList.remove("pointed");
  for (const one of document.querySelectorAll(`mark[data-card="${CSS.escape(card)}"], #c-${CSS.escape(card)}`))
    one.classList.add("pointed");
  document.querySelector(`#c-${CSS.escape(card)}`)?.scrollIntoView({ block: "nearest" });
}
const asked = location.hash.slice(3);
if (asked) {
  point(asked);
  document.querySelector(`mark[data-card="${CSS.escape(asked)}"]`)?.scrollIntoView({ block: "center" });
}

const acts = { j: () => step(1), k: () => step(-1), c: draft };
onKeys("article", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || !keysAreOn() || !(event.key in acts)) return;
  event.preventDefault();
  acts[event.key]();
});
