"use strict";
// What is shown is said by the address: #q=words&lang=fr&site=…&name=ID&open=ID. So a view can be kept and sent.
const articles = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const PAGE = 50;
let shown = PAGE;

const fold = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
for (const a of articles) {
  const names = a.open ? a.open.marks.map((m) => m[5]).join(" ") : "";
  a.words = fold([a.title, a.site, a.date, a.path, names, a.open ? a.open.text : ""].join(" "));
}

function state() {
  const asked = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(["q", "lang", "site", "name", "open"].map((k) => [k, asked.get(k) || ""]));
}
function go(change) {
  const asked = new URLSearchParams();
  for (const [k, v] of Object.entries({ ...state(), ...change })) if (v) asked.set(k, v);
  location.hash = asked.toString() || "articles";
}
function element(tag, text, cls) {
  const e = document.createElement(tag);
  if (text) e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

function show() {
  const s = state();
  $("words").value = s.q;
  $("lang").value = s.lang;
  $("site").value = s.site;
  const words = fold(s.q).split(/\s+/).filter(Boolean);
  const found = articles.filter((a) =>
    (!s.lang || a.lang === s.lang) && (!s.site || a.site === s.site) && (!s.name || a.names.includes(s.name)) &&
    words.every((w) => a.words.includes(w)));
  $("count").textContent = found.length + (found.length === 1 ? " article" : " articles") + (s.name ? " that name " + called(s.name) : "");
  const list = $("list");
  list.replaceChildren();
  for (const a of found.slice(0, shown)) {
    const li = element("li");
    const title = a.title || a.path;
    if (a.open) {
      const link = element("a", title);
      const asked = new URLSearchParams(Object.entries({ ...s, open: a.id }).filter(([, v]) => v));
      link.href = "#" + asked;
      li.append(link);
    } else li.append(element("span", title));
    li.append(element("small", [a.date, a.site, a.lang, a.path].filter(Boolean).join(" · ")));
    list.append(li);
  }
  $("more").hidden = found.length <= shown;
  open(articles.find((a) => s.open && a.id === s.open && a.open));
}

function called(id) {
  for (const a of articles) for (const m of a.open ? a.open.marks : []) if (m[4] === id) return m[5];
  return id;
}

// Draws chars[from, to) with marks and edits, which are sorted by where they begin.
function draw(parent, chars, from, to, marks, edits) {
  let at = from;
  const plain = (end) => {
    while (at < end) {
      const edit = edits.find((e) => e[0] >= at && e[0] < end);
      const stop = edit ? edit[0] : end;
      parent.append(chars.slice(at, stop).join(""));
      at = stop;
      if (!edit) break;
      const now = [...edit[3]].length;
      const gone = element("del", edit[2]), put = element("ins", chars.slice(at, Math.min(at + now, to)).join(""));
      gone.title = put.title = edit[4];
      parent.append(gone, put);
      edits.splice(edits.indexOf(edit), 1);
      at = Math.max(at + now, at + (now ? 0 : 0));
      if (!now) continue;
    }
  };
  for (const [start, end, , kind, value, name] of marks) {
    if (start < at || end > to) continue;
    plain(start);
    if (start < at) continue;
    const mark = element("mark", "", kind);
    mark.dataset.value = value;
    mark.title = [kind, name, value].filter(Boolean).join(" ");
    const inside = edits.filter((e) => e[0] >= start && e[0] < end);
    at = start;
    const outer = parent;
    parent = mark;
    if (inside.length) plain(end); else parent.append(chars.slice(start, end).join(""));
    parent = outer;
    at = Math.max(at, end);
    parent.append(mark);
  }
  plain(to);
}

function removedBlock([, kind, rule, text]) {
  const p = element("p", "", "gone");
  p.append(element("small", kind + " · " + rule), element("br"), element("del", text));
  return p;
}

function open(a) {
  const box = $("open");
  const before = box.dataset.id;
  box.hidden = !a;
  box.dataset.id = a ? a.id : "";
  box.replaceChildren();
  if (!a) return;
  const o = a.open;
  const close = element("button", "Close", "close");
  close.type = "button";
  close.onclick = () => go({ open: "" });
  box.append(close);
  const title = element("h3");
  const head = [...a.title];
  draw(title, head, 0, head.length, o.marks.filter((m) => m[2]), o.edits.filter((e) => e[1]));
  box.append(title);
  box.append(element("p", [a.date, o.authors, a.site, a.lang, a.path, "kept " + Math.round(o.kept * 100) + " %", ...o.flags].filter(Boolean).join(" · "), "facts"));
  if (/^https?:/.test(o.url)) {
    const link = element("a", o.url);
    link.href = o.url;
    link.rel = "noreferrer";
    box.append(link);
  }
  const chars = [...o.text];
  const marks = o.marks.filter((m) => !m[2]), edits = o.edits.filter((e) => !e[1]).map((e) => [...e]);
  const gone = [...o.removed];
  for (const r of gone.filter((r) => r[0] === null || r[0] === undefined)) box.append(removedBlock(r));
  const rest = gone.filter((r) => r[0] !== null && r[0] !== undefined).sort((x, y) => x[0] - y[0]);
  for (const [kind, start, end] of o.blocks) {
    while (rest.length && rest[0][0] <= start) box.append(removedBlock(rest.shift()));
    const p = element("p", "", kind);
    draw(p, chars, start, end, marks.filter((m) => m[0] >= start && m[1] <= end), edits.filter((e) => e[0] >= start && e[0] < end));
    box.append(p);
    while (rest.length && rest[0][0] < end) box.append(removedBlock(rest.shift()));
  }
  for (const r of rest) box.append(removedBlock(r));
  if (before !== a.id) {
    box.scrollIntoView({ block: "start" });
    box.focus({ preventScroll: true });
  }
}

$("filter").addEventListener("submit", (e) => e.preventDefault());
$("words").addEventListener("input", () => { shown = PAGE; history.replaceState(null, "", "#" + hashWith({ q: $("words").value })); show(); });
function hashWith(change) {
  const asked = new URLSearchParams(Object.entries({ ...state(), ...change }).filter(([, v]) => v));
  return asked.toString() || "articles";
}
$("lang").addEventListener("change", () => { shown = PAGE; go({ lang: $("lang").value }); });
$("site").addEventListener("change", () => { shown = PAGE; go({ site: $("site").value }); });
$("filter").addEventListener("reset", (e) => { e.preventDefault(); shown = PAGE; location.hash = "articles"; });
$("more").addEventListener("click", () => { shown += PAGE; show(); });
addEventListener("hashchange", () => {
  const wanted = /^#(q|lang|site|name|open)=/.test(location.hash);
  show();
  if (wanted && !state().open) $("articles").scrollIntoView();
});

// The graph: wheel, drag and buttons.
const svg = document.querySelector("#graph svg");
if (svg) {
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  let box = [...whole];
  const set = () => svg.setAttribute("viewBox", box.map((n) => n.toFixed(1)).join(" "));
  const zoom = (by, fx = 0.5, fy = 0.5) => {
    const width = Math.min(Math.max(box[2] * by, whole[2] / 12), whole[2] * 1.5), height = width * whole[3] / whole[2];
    box = [box[0] + (box[2] - width) * fx, box[1] + (box[3] - height) * fy, width, height];
    set();
  };
  svg.addEventListener("wheel", (e) => {
    e.preventDefault();
    const r = svg.getBoundingClientRect();
    zoom(e.deltaY > 0 ? 1.15 : 0.87, (e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height);
  }, { passive: false });
  let drag = null;
  svg.addEventListener("pointerdown", (e) => { drag = [e.clientX, e.clientY, ...box]; });
  addEventListener("pointermove", (e) => {
    if (!drag) return;
    const r = svg.getBoundingClientRect();
    box[0] = drag[2] - (e.clientX - drag[0]) * box[2] / r.width;
    box[1] = drag[3] - (e.clientY - drag[1]) * box[3] / r.height;
    set();
  });
  addEventListener("pointerup", () => { drag = null; });
  for (const b of document.querySelectorAll("[data-zoom]")) {
    b.addEventListener("click", () => {
      if (b.dataset.zoom === "0") { box = [...whole]; set(); } else zoom(Number(b.dataset.zoom));
    });
  }
}
show();
