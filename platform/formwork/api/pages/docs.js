"use strict";
// Shows the tenant's OpenAPI document and sends requests with the key that is typed, or with the session.
const byId = (id) => document.getElementById(id);
const make = (tag, text, className) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
};
let description = null;

const headers = () => {
  const key = byId("key").value.trim();
  return key ? { Authorization: `Bearer ${key}` } : {};
};

const resolve = (schema) =>
  schema && schema.$ref ? description.components.schemas[schema.$ref.split("/").pop()] : schema || {};

const example = (schema, depth = 0) => {
  const found = resolve(schema);
  if (found.anyOf) return example(found.anyOf[0], depth);
  if (found.enum) return found.enum[0];
  if (found.type === "object" && depth < 3) {
    const names = found.required && found.required.length ? found.required : Object.keys(found.properties || {}).slice(0, 3);
    return Object.fromEntries(names.map((name) => [name, example((found.properties || {})[name], depth + 1)]));
  }
  return { array: [], string: "", integer: 0, number: 0, boolean: false, object: {} }[found.type] ?? null;
};

const inputs = (operation, box) =>
  (operation.parameters || []).map((parameter) => {
    const label = make("label", `${parameter.name} (${parameter.in})`);
    label.title = parameter.description || "";
    const input = make("input");
    label.append(input);
    box.append(label);
    return { parameter, input };
  });

const send = async (method, path, operation, fields, body, out) => {
  let address = path;
  const query = new URLSearchParams();
  const sent = headers();
  for (const { parameter, input } of fields) {
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value && parameter.in === "query") query.append(parameter.name, input.value);
    else if (input.value) sent[parameter.name] = input.value;
  }
  if (body) sent["Content-Type"] = "application/json";
  const text = query.toString();
  const answer = await fetch(`/api/v1${address}${text ? `?${text}` : ""}`, {
    method, headers: sent, body: body ? body.value : undefined,
  });
  const raw = await answer.text();
  let shown = raw;
  try { shown = JSON.stringify(JSON.parse(raw), null, 2); } catch { shown = raw; }
  out.textContent = `${answer.status} ${answer.statusText}\n${shown}`;
};

const operationView = (method, path, operation) => {
  const view = make("details");
  const head = make("summary");
  head.append(make("span", method.toUpperCase(), "method"), make("code", path), make("span", operation.summary));
  view.append(head);
  view.addEventListener("toggle", () => {
    if (!view.open || view.querySelector(".body")) return;
    const box = make("div", undefined, "body");
    const grid = make("div", undefined, "fields");
    const fields = inputs(operation, grid);
    box.append(grid);
    let body = null;
    if (operation.requestBody) {
      const label = make("label", "Body");
      body = make("textarea");
      body.value = JSON.stringify(example(operation.requestBody.content["application/json"].schema), null, 2);
      label.append(body);
      box.append(label);
    }
    const button = make("button", "Send");
    const out = make("pre");
    out.tabIndex = 0;
    out.setAttribute("aria-live", "polite");
    button.addEventListener("click", () =>
      send(method.toUpperCase(), path, operation, fields, body, out).catch((error) => { out.textContent = String(error); }));
    box.append(button, out);
    view.append(box);
  }, { passive: true });
  return view;
};

const show = () => {
  const wanted = byId("find").value.trim().toLowerCase();
  const main = byId("operations");
  main.replaceChildren();
  const groups = new Map();
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (wanted && !`${path} ${operation.summary}`.toLowerCase().includes(wanted)) continue;
      const tag = (operation.tags || ["general"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationView(method, path, operation));
    }
  }
  const labels = new Map((description.tags || []).map((one) => [one.name, one.description]));
  for (const [tag, views] of groups) {
    const group = make("details", undefined, "group");
    group.open = Boolean(wanted) || !labels.has(tag);
    const head = make("summary");
    head.append(make("h2", labels.has(tag) ? labels.get(tag) : "General"));
    if (labels.has(tag)) head.append(make("code", tag));
    head.append(make("span", String(views.length), "count"));
    group.append(head, ...views);
    main.append(group);
  }
};

const load = async () => {
  const answer = await fetch("/api/v1/openapi.json", { headers: headers() });
  const found = await answer.json();
  if (!answer.ok) {
    byId("notice").textContent = found.detail;
    return;
  }
  byId("notice").textContent = "";
  description = found;
  byId("title").textContent = `${found.info.title}: API`;
  show();
};

byId("entry").addEventListener("submit", (event) => { event.preventDefault(); load(); });
byId("find").addEventListener("input", () => description && show());
load();
