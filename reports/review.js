"use strict";
// Which pairs are in, what they ask, and the lines that `textzoo train qa` reads.

const beginning = passages =>
  passages.flatMap(({ pairs }) => pairs.map(({ question, rejection_reason }) => ({ question, kept: !rejection_reason, decided: false })));

const trainingLines = (passages, states) => {
  const found = passages.flatMap(({ text, pairs }) => pairs.map(({ answer, start }) => ({ text, answer, start })));
  return states
    .flatMap(({ question, kept }, i) => {
      const { text, answer, start } = found[i];
      return kept ? [JSON.stringify({ passage: text, question, answer, start }) + "\n"] : [];
    })
    .join("");
};

const changed = (states, at, change) => states.map((state, i) => (i === at ? { ...state, ...change, decided: true } : state));

// A browser may refuse to store, or be full: the review then lasts as long as the page is open.
const stored = use => {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
};

function review(data) {
  const passages = JSON.parse(data);
  const key = "textzoo review " + [...data].reduce((hash, letter) => (Math.imul(hash, 31) + letter.codePointAt(0)) | 0, 0);
  const rows = [...document.querySelectorAll("tr[data-pair]")];
  const progress = document.getElementById("progress");
  let states = JSON.parse(stored(storage => storage.getItem(key)) ?? "null") ?? beginning(passages);
  let past = [];
  let at = 0;

  const show = () => {
    rows.forEach((row, i) => {
      row.classList.toggle("rejected", !states[i].kept);
      row.classList.toggle("decided", states[i].decided);
      if (!row.cells[0].isContentEditable) row.cells[0].textContent = states[i].question;
    });
    const [kept, decided] = ["kept", "decided"].map(name => states.filter(state => state[name]).length);
    progress.textContent = `${decided} / ${states.length} · ✓ ${kept}`;
  };
  const become = next => {
    states = next;
    stored(storage => storage.setItem(key, JSON.stringify(states)));
    show();
  };
  const decide = change => {
    past.push(states);
    become(changed(states, at, change));
  };
  const go = to => {
    at = Math.min(Math.max(to, 0), rows.length - 1);
    rows[at]?.focus();
  };
  const edit = () => {
    const cell = rows[at].cells[0];
    cell.contentEditable = "true";
    cell.focus();
    getSelection().selectAllChildren(cell);
    const finish = keep => {
      const question = cell.textContent.replace(/\s+/g, " ").trim();
      cell.onblur = cell.onkeydown = null;
      cell.contentEditable = "false";
      if (keep && question && question !== states[at].question) decide({ question, kept: true });
      show();
      rows[at].focus();
    };
    cell.onblur = () => finish(true);
    cell.onkeydown = event => {
      event.stopPropagation();
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      finish(event.key === "Enter");
    };
  };
  const download = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([trainingLines(passages, states)], { type: "application/jsonl" }));
    link.download = "reviewed.jsonl";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const keep = kept => {
    decide({ kept });
    go(at + 1);
  };
  const undo = () => past.length && become(past.pop());
  const moves = {
    j: () => go(at + 1), ArrowDown: () => go(at + 1), k: () => go(at - 1), ArrowUp: () => go(at - 1),
    a: () => keep(true), r: () => keep(false), e: edit, u: undo, d: download,
  };

  rows.forEach((row, i) => row.addEventListener("focus", () => (at = i)));
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.isContentEditable || !moves[event.key]) return;
    if (!rows.length) return;
    event.preventDefault();
    moves[event.key]();
  });
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => rows.length && moves[button.dataset.key]());
  }
  show();
  go(0);
}

if (typeof document === "undefined") module.exports = { beginning, trainingLines, changed };
else review(document.getElementById("pairs").textContent);
