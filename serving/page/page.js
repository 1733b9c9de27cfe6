"use strict";
// Asks the service and shows its answers. Offsets count code points, as in Python.

const $ = id => document.getElementById(id);
const ALL_LABELS = -1e30;
const TASKS = { pairs: "QAGenerator", titles: "TitleGenerator", labels: "MultiLabelClassifier" };
let chinese = navigator.language.startsWith("zh");
let models = [], running = null;

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

// === Language ===

const say = (english, inChinese) => (chinese ? inChinese : english);
const translate = () => {
  document.documentElement.lang = chinese ? "zh" : "en";
  for (const item of document.querySelectorAll("[data-zh]")) {
    item.dataset.en ??= item.textContent;
    item.textContent = chinese ? item.dataset.zh : item.dataset.en;
  }
  $("language").textContent = chinese ? "English" : "中文";
  $("language").lang = chinese ? "en" : "zh";
};

// === Requests ===

const headers = () => {
  const token = $("token").value.trim();
  return { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
};
const ask = async (path, body, signal) => {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(path, { headers: headers(), signal, ...options });
  if (response.ok) return response;
  if (response.status === 401) $("token-row").hidden = false;
  throw new Error((await response.json().catch(() => ({}))).error ?? response.statusText);
};
const ran = ({ model, engine, seconds }) =>
  say(`Model ${model}, engine ${engine}, ${seconds.toFixed(2)} s`, `模型 ${model}，引擎 ${engine}，用时 ${seconds.toFixed(2)} 秒`);

// Runs a request of a part; a newer one ends it.
const run = async (part, work) => {
  running?.abort();
  const own = (running = new AbortController());
  const status = $(`${part}-status`);
  $(`${part}-part`).hidden = $("stop").hidden = false;
  status.classList.remove("error");
  status.textContent = say("Running…", "运行中……");
  try {
    status.textContent = ran(await work(own.signal));
  } catch (error) {
    const stopped = error.name === "AbortError";
    status.classList.toggle("error", !stopped);
    status.textContent = stopped ? say("Stopped", "已停止") : error.message;
  } finally {
    if (running === own) $("stop").hidden = true;
  }
};
const chosen = part => {
  const name = $(`${part}-model`).value;
  return models.find(model => model.task === TASKS[part] && model.name === name);
};

// === Pairs ===

const pages = review();
let passage = null;

const markedText = (text, pairs) => {
  const letters = [...text];
  const cuts = [...new Set([0, letters.length, ...pairs.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => {
    const part = letters.slice(cuts[i], end).join("");
    const covering = pairs.flatMap((pair, n) => (pair.start <= cuts[i] && end <= pair.end ? [n] : []));
    return covering.length ? element("mark", { "data-pairs": covering.join(" "), tabindex: 0 }, part) : part;
  });
};
const addPair = pair => {
  const reason = pair.rejection_reason ?? "";
  const cells = [element("td", {}, pair.question), element("td", {}, pair.answer)];
  cells.push(element("td", { class: "number" }, pair.score.toFixed(2)), element("td", { class: "reason" }, reason));
  $("pair-rows").append(element("tr", { "data-pair": passage.pairs.length, tabindex: 0 }, ...cells));
  passage.pairs.push(pair);
  $("passage").replaceChildren(...markedText(passage.text, passage.pairs));
  pages.extend();
};
async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts.map(part => JSON.parse(part));
  }
}
const runPairs = () => {
  const text = $("text").value;
  const body = { texts: [text], model: chosen("pairs").name, num_pairs: Number($("num-pairs").value), filter: true, stream: true };
  return run("pairs", async signal => {
    passage = { text, pairs: [] };
    $("pair-rows").replaceChildren();
    $("passage").replaceChildren(text);
    pages.open([passage], null);
    for await (const line of lines(await ask("v1/pairs", body, signal))) {
      if (line.error) throw new Error(line.error);
      if (line.done) return line;
      addPair(line);
    }
    throw new Error(say("The connection ended early.", "连接提前结束。"));
  });
};

// === Titles, labels, distances ===

const DIRECTIONS = { left_to_right: ["from the left", "从左到右"], right_to_left: ["from the right", "从右到左"], from_both_ends: ["from both ends", "从两端"] };
const inHTML = (name, attributes, html) => {
  const made = element(name, attributes);
  made.innerHTML = html; // drawn and escaped by the service
  return made;
};
const runTitles = () =>
  run("titles", async signal => {
    const { name, decoder } = chosen("titles");
    const body = { texts: [$("text").value], model: name, tree: decoder === "bidirectional" };
    const answer = await (await ask("v1/titles", body, signal)).json();
    const [result] = answer.results;
    const rows = (result.titles ?? [result]).map(({ title, direction, score }) =>
      element("tr", {}, element("td", {}, title), element("td", {}, say(...DIRECTIONS[direction])), element("td", { class: "number" }, score.toFixed(2))));
    $("title-rows").replaceChildren(...rows);
    const trees = Object.entries(result.drawings ?? {}).flatMap(([direction, svg]) => [
      element("h3", {}, say(...DIRECTIONS[direction])),
      inHTML("div", { class: "wide-content", tabindex: 0, role: "img", "aria-label": direction }, svg),
    ]);
    $("trees").replaceChildren(...trees);
    return answer;
  });

let scores = [];
const showLabels = () => {
  const threshold = Number($("threshold").value);
  const rows = scores.map(([label, score]) => {
    const probability = 1 / (1 + Math.exp(-2 * score));
    const meter = element("meter", { value: probability, "aria-label": label });
    const above = score > threshold;
    const cells = [element("td", {}, (above ? "✓ " : "") + label), element("td", { class: "number" }, score.toFixed(2))];
    return element("tr", { class: above ? "above" : "" }, ...cells, element("td", {}, meter, ` ${(100 * probability).toFixed(0)}%`));
  });
  $("label-rows").replaceChildren(...rows);
};
const runLabels = () =>
  run("labels", async signal => {
    const body = { texts: [$("text").value], model: chosen("labels").name, threshold: ALL_LABELS };
    const answer = await (await ask("v1/labels", body, signal)).json();
    scores = Object.entries(answer.results[0]).sort((a, b) => b[1] - a[1]);
    showLabels();
    return answer;
  });

const runDistances = () =>
  run("distances", async signal => {
    const pairs = [[$("first").value, $("second").value]];
    const parts = [];
    let answer;
    for (const measure of ["wmd", "wrd"]) {
      answer = await (await ask("v1/distances", { pairs, measure, plan: true }, signal)).json();
      const [{ distance, plan }] = answer.results;
      parts.push(element("h3", {}, `${measure.toUpperCase()} ${distance.toFixed(4)}`));
      parts.push(inHTML("div", { class: "plan wide-content", role: "img", "aria-label": `${measure} plan` }, plan.drawing));
    }
    $("plans").replaceChildren(...parts);
    return answer;
  });

// === The page ===

const readFile = async file => {
  if (file) $("text").value = await file.text();
};
const start = async () => {
  const found = await (await ask("v1/models")).json();
  models = found.models;
  for (const [part, task] of Object.entries(TASKS)) {
    const names = models.filter(model => model.task === task).map(model => element("option", { value: model.name }, model.name));
    $(`run-${part}`).hidden = !names.length;
    $(`${part}-model`).replaceChildren(...names);
  }
  $("distances-part").hidden = found.distances === null;
};

$("language").onclick = () => {
  chinese = !chinese;
  translate();
};
$("stop").onclick = () => running?.abort();
$("threshold").oninput = showLabels;
$("token").onchange = () => start().catch(() => {});
$("token-row").onsubmit = event => event.preventDefault();
for (const [part, work] of Object.entries({ pairs: runPairs, titles: runTitles, labels: runLabels, distances: runDistances })) {
  $(`run-${part}`).onclick = work;
}
for (const name of ["dragover", "dragleave", "drop"]) {
  $("text").addEventListener(name, event => {
    if (name !== "dragleave") event.preventDefault();
    $("text").classList.toggle("over", name === "dragover");
    if (name === "drop") readFile(event.dataTransfer.files[0]);
  });
}
translate();
start().catch(error => {
  $("text-part").append(element("p", { class: "status error", role: "alert" }, error.message));
});
