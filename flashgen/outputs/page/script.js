const form = document.querySelector("form");
const search = form.elements.search;
const toggle = form.elements.toggle;
const cards = [...document.querySelectorAll(".card")].map((node) => ({ node, words: node.textContent.toLowerCase() }));
const topics = [...document.querySelectorAll("section")];

function find() {
  const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { node, words } of cards) {
    node.hidden = !wanted.every((word) => words.includes(word));
    found += !node.hidden;
  }
  for (const topic of topics) topic.hidden = !topic.querySelector(".card:not([hidden])");
  document.querySelector("#found").textContent = wanted.length ? `${found} of ${cards.length} cards` : "";
}

function turn() {
  const open = toggle.textContent === "Show answers";
  for (const { node } of cards) node.open = open;
  toggle.textContent = open ? "Hide answers" : "Show answers";
}

// Testing oneself: one card at a time, in no order; what one didn't know comes again.
const test = form.elements.test;
const bar = document.querySelector("#test");
let queue = [];
let known = 0;

function ask() {
  const [card] = queue;
  for (const { node } of cards) node.classList.toggle("asked", node === card);
  if (card) {
    card.open = false;
    card.querySelector("summary").focus();
    card.scrollIntoView({ block: "center" });
  }
  bar.querySelector("#left").textContent = card ? `${queue.length} left` : `Done: ${known} known.`;
  for (const button of bar.querySelectorAll("[data-knew]")) button.hidden = !card;
}

function answer(knew) {
  const card = queue.shift();
  if (!card) return;
  if (knew) known += 1;
  else queue.push(card);
  ask();
}

function testing(on) {
  document.body.classList.toggle("testing", on);
  bar.hidden = !on;
  test.textContent = on ? "End the test" : "Test me";
  if (!on) { find(); return; }
  known = 0;
  queue = cards.filter(({ node }) => !node.hidden).map(({ node }) => node);
  for (let n = queue.length - 1; n > 0; n -= 1) {
    const other = Math.floor(Math.random() * (n + 1));
    [queue[n], queue[other]] = [queue[other], queue[n]];
  }
  ask();
}

test.addEventListener("click", () => testing(bar.hidden));
bar.addEventListener("click", (event) => {
  const knew = event.target.closest("button")?.dataset.knew;
  if (knew) answer(knew === "yes");
});
document.addEventListener("keydown", (event) => {
  if (bar.hidden || event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "1") answer(true);
  if (event.key === "2") answer(false);
  if (event.key === "Escape") testing(false);
});

search.addEventListener("input", find);
toggle.addEventListener("click", turn);
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== search) {
    event.preventDefault();
    search.focus();
  }
});
form.hidden = false;
find();
