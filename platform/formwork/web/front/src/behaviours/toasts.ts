// Toasts leave after ten seconds unless the pointer or focus is on them; errors stay until dismissed.

const LIFE = 10_000;

function live(toast: HTMLElement): void {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "fw-toast-close";
  close.setAttribute("aria-label", document.body.dataset.dismiss ?? "×");
  close.textContent = "×";
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (toast.classList.contains("fw-toast--bad")) return;
  let timer = window.setTimeout(() => toast.remove(), LIFE);
  const wait = (): void => window.clearTimeout(timer);
  const resume = (): void => {
    wait();
    timer = window.setTimeout(() => toast.remove(), LIFE / 2);
  };
  toast.addEventListener("pointerenter", wait);
  toast.addEventListener("focusin", wait);
  toast.addEventListener("pointerleave", resume);
  toast.addEventListener("focusout", resume);
}

/** Show a toast with a text made by script. */
export function showToast(text: string, bad = false): void {
  const box = document.getElementById("toasts");
  if (!box) return;
  const toast = document.createElement("div");
  toast.className = bad ? "fw-toast fw-toast--bad fw-toast--plain" : "fw-toast fw-toast--plain";
  const said = document.createElement("span");
  said.textContent = text;
  toast.append(said);
  box.append(toast);
  live(toast);
}

export function toasts(box: HTMLElement): void {
  for (const toast of box.querySelectorAll<HTMLElement>(".fw-toast")) live(toast);
}

/** A request of htmx that failed says so, instead of leaving the page as if nothing happened. */
export function flash(body: HTMLElement): void {
  const lost = (): void => showToast(body.dataset.lost ?? "", true);
  body.addEventListener("htmx:sendError", lost);
  body.addEventListener("htmx:responseError", lost);
}
