// The text of a range, its formulas whole and as TeX, its blocks on lines of their own.
function textOf(range) {
  const whole = range.cloneRange();
  const formula = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("math");
  if (formula(range.startContainer)) whole.setStartBefore(formula(range.startContainer));
  if (formula(range.endContainer)) whole.setEndAfter(formula(range.endContainer));
  const copy = whole.cloneContents();
  for (const math of copy.querySelectorAll("math")) {
    const tex = math.querySelector("annotation").textContent;
    math.replaceWith(math.getAttribute("display") === "block" ? `\\[${tex}\\]` : `\\(${tex}\\)`);
  }
  for (const block of copy.querySelectorAll("blockquote, div, dd, dt, h1, h2, h3, h4, h5, h6, li, p, pre, td, th")) block.append("\n");
  return copy.textContent;
}
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || event.target.closest?.("input, textarea")) return;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const inside = around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement;
  if (!inside.closest("math") && !range.cloneContents().querySelector("math")) return;
  event.clipboardData.setData("text/plain", textOf(range).trim());
  event.preventDefault();
});
