// Files of a field: sent as soon as they are chosen or dropped, listed with a way to take each out again.
import { announceContent } from "../dom/attach";
import { showSignedOut } from "./toasts";

const busy = new Map<HTMLFormElement, number>();
const guarded = new WeakSet<HTMLFormElement>();

/** A form that is saved while files are on their way waits for them, then goes by itself. */
function guard(form: HTMLFormElement): void {
  if (guarded.has(form)) return;
  guarded.add(form);
  form.enctype = "application/x-www-form-urlencoded";
  form.addEventListener("submit", (event) => {
    const waiting = new CustomEvent("fw:settle", { bubbles: false });
    for (const box of form.querySelectorAll("[data-upload]")) box.dispatchEvent(waiting);
    if (!busy.get(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dataset.waits = "";
  }, { capture: true });
}

function count(form: HTMLFormElement, by: number): void {
  const left = (busy.get(form) ?? 0) + by;
  busy.set(form, left);
  if (left || !("waits" in form.dataset)) return;
  delete form.dataset.waits;
  form.requestSubmit(document.querySelector<HTMLButtonElement>("[data-save]"));
}

/** One field's files; `signature` sends its drawing through here too. */
export class Files {
  private readonly list: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly bar: HTMLProgressElement;
  private readonly fault: HTMLElement;
  private readonly said: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly name: string;

  constructor(readonly box: HTMLElement) {
    this.list = box.querySelector<HTMLElement>(".fw-file-list")!;
    this.input = box.querySelector<HTMLInputElement>("input[type=file]")!;
    this.bar = box.querySelector("progress")!;
    this.fault = box.querySelector<HTMLElement>("[data-fault]")!;
    this.said = box.querySelector<HTMLElement>("[data-said]")!;
    this.form = box.closest("form")!;
    this.name = this.input.name.replace(/:upload$/, "");
    this.input.removeAttribute("name");
    box.classList.add("is-live");
    guard(this.form);
    this.input.addEventListener("change", () => void this.sendAll([...(this.input.files ?? [])]));
    this.list.addEventListener("change", (event) => this.remove(event.target as HTMLElement));
    const drop = box.querySelector<HTMLElement>("[data-drop]")!;
    for (const [kind, on] of [["dragover", true], ["dragleave", false], ["drop", false]] as const) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("is-over", on);
      });
    }
    drop.addEventListener("drop", (event) => void this.sendAll([...(event.dataTransfer?.files ?? [])]));
  }

  private async sendAll(files: File[]): Promise<void> {
    for (const file of "multiple" in this.box.dataset ? files : files.slice(-1)) await this.send(file, file.name);
    this.input.value = "";
  }

  /** Send one file; a field of one file gives up the one it had. */
  async send(file: Blob, name: string): Promise<boolean> {
    this.fault.hidden = true;
    this.bar.hidden = false;
    this.bar.value = 0;
    count(this.form, 1);
    const answer = await this.post(file, name);
    this.bar.hidden = true;
    const kept = answer.status === 201;
    if (kept) this.add(answer.responseText, name);
    else this.refuse(answer);
    count(this.form, -1);
    return kept;
  }

  private post(file: Blob, name: string): Promise<XMLHttpRequest> {
    const body = new FormData();
    body.append("_csrf", this.form.querySelector<HTMLInputElement>("[name=_csrf]")?.value ?? "");
    body.append("file", file, name);
    const request = new XMLHttpRequest();
    request.open("POST", `${this.box.dataset.upload}&as=${encodeURIComponent(this.name)}`);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.bar.value = (event.loaded / event.total) * 100;
    });
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => resolve(request));
      request.send(body);
    });
  }

  private add(html: string, name: string): void {
    const line = new DOMParser().parseFromString(html, "text/html").querySelector("[data-file]");
    if (!line) return;
    if (!("multiple" in this.box.dataset)) this.list.replaceChildren();
    this.list.append(line);
    announceContent(line);
    this.tell(this.box.dataset.done, name);
    this.changed();
  }

  private remove(target: HTMLElement): void {
    const line = target.closest("[data-file]");
    if (!line || !(target instanceof HTMLInputElement) || !target.checked) return;
    const name = line.querySelector("a")?.textContent ?? "";
    line.remove();
    this.input.focus();
    this.tell(this.box.dataset.gone, name);
    this.changed();
  }

  private refuse(answer: XMLHttpRequest): void {
    if (answer.status === 401) showSignedOut();
    const told = answer.getResponseHeader("Content-Type")?.startsWith("text/plain");
    this.fault.textContent = told ? answer.responseText : (this.box.dataset.lost ?? "");
    this.fault.hidden = false;
    delete this.form.dataset.waits;
  }

  private tell(text: string | undefined, name: string): void {
    this.said.textContent = (text ?? "").replace("{}", name);
  }

  /** Conditions of the form may depend on the field. */
  private changed(): void {
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const known = new WeakMap<HTMLElement, Files>();

/** The files of a box, made once. */
export function filesOf(box: HTMLElement): Files {
  const found = known.get(box) ?? new Files(box);
  known.set(box, found);
  return found;
}

export function files(box: HTMLElement): void {
  filesOf(box);
}
