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

const storageKey = data =>
  "textzoo review " + [...data].reduce((hash, letter) => (Math.imul(hash, 31) + letter.codePointAt(0)) | 0, 0);

// Reviews the rows `tr[data-pair]` of the page. After `open(passages, key)`, pairs may be added to the passages and rows
// to the page; `extend()` then takes them up. Decisions are stored under the key, unless it is null.
function review() {
  const progress = document.getElementById("progress");
  let passages = [], key = null, rows = [], states = [], saved = [], past = [], at = 0;

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
    if (key) stored(storage => storage.setItem(key, JSON.stringify(states)));
    show();
  };
  const decide = change => {
    past.push([at, states[at]]);
    become(changed(states, at, change));
  };
  const undo = () => {
    if (!past.length) return;
    const [place, before] = past.pop();
    become(states.map((state, i) => (i === place ? before : state)));
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
  const moves = {
    j: () => go(at + 1), ArrowDown: () => go(at + 1), k: () => go(at - 1), ArrowUp: () => go(at - 1),
    a: () => keep(true), r: () => keep(false), e: edit, u: undo, d: download,
  };

  const extend = () => {
    const known = rows.length;
    rows = [...document.querySelectorAll("tr[data-pair]")];
    states = [...states, ...beginning(passages).map((state, i) => saved[i] ?? state).slice(states.length)];
    rows.slice(known).forEach((row, i) => row.addEventListener("focus", () => (at = known + i)));
    show();
  };
  const open = (newPassages, newKey) => {
    [passages, key, rows, states, past, at] = [newPassages, newKey, [], [], [], 0];
    saved = JSON.parse((key && stored(storage => storage.getItem(key))) ?? "[]");
    extend();
  };
  const typing = target => target.isContentEditable || target.closest("input, textarea, select");
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !moves[event.key]) return;
    if (!rows.length) return;
    event.preventDefault();
    moves[event.key]();
  });
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => rows.length && moves[button.dataset.key]());
  }
  return { open, extend, go };
}

if (typeof document === "undefined") module.exports = { beginning, trainingLines, changed };
else if (document.getElementById("pairs")) {
  const data = document.getElementById("pairs").textContent;
  const page = review();
  page.open(JSON.parse(data), storageKey(data));
  page.go(0);
}
