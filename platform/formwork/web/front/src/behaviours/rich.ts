// A small editor for formatted text on top of its textarea; the server cleans what it stores.

const COMMANDS: [string, string, string][] = [
  ["bold", "bold", "B"],
  ["italic", "italic", "I"],
  ["list", "insertUnorderedList", "•"],
];

export function rich(box: HTMLElement): void {
  const area = box.querySelector("textarea");
  if (!area) return;
  const editor = document.createElement("div");
  editor.className = "form-control fw-rich";
  editor.contentEditable = "true";
  editor.setAttribute("role", "textbox");
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-label", box.dataset.label ?? "");
  const parsed = new DOMParser().parseFromString(area.value, "text/html");
  for (const risky of parsed.querySelectorAll("script, style, iframe, object, embed, link, meta")) risky.remove();
  editor.replaceChildren(...parsed.body.childNodes);
  const bar = document.createElement("div");
  bar.className = "fw-rich-tools";
  for (const [name, command, sign] of COMMANDS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `btn fw-btn-sm fw-btn-quiet fw-btn-icon fw-rich-${name}`;
    button.textContent = sign;
    button.setAttribute("aria-label", box.dataset[name] ?? name);
    button.addEventListener("click", () => {
      editor.focus();
      document.execCommand(command);
    });
    bar.append(button);
  }
  editor.addEventListener("input", () => {
    area.value = editor.textContent?.trim() ? editor.innerHTML : "";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  area.hidden = true;
  editor.id = area.id;
  area.removeAttribute("id");
  box.append(bar, editor);
}
