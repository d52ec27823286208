// Toasts leave after ten seconds unless the pointer or focus is on them; errors stay until dismissed.

const LIFE = 10_000;
const SETTLE = 400;

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

/** Tell once that the session has ended, with the way back in; what was typed stays on the page. */
export function showSignedOut(): void {
  if (document.querySelector("[data-signed-out]")) return;
  const toast = showToast(document.body.dataset.ended ?? "", true);
  if (!toast) return;
  const link = document.createElement("a");
  link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = document.body.dataset.signIn ?? "";
  toast.dataset.signedOut = "";
  toast.querySelector("span")?.after(link);
}

/** Show a toast with a text made by script; answers it. */
export function showToast(text: string, bad = false): HTMLElement | undefined {
  const box = document.getElementById("toasts");
  if (!box) return undefined;
  const toast = document.createElement("div");
  toast.className = bad ? "fw-toast fw-toast--bad fw-toast--plain" : "fw-toast fw-toast--plain";
  const said = document.createElement("span");
  said.textContent = text;
  toast.append(said);
  box.append(toast);
  live(toast);
  return toast;
}

/** Toasts that came with the page are put in place again a moment later: a screen reader tells changes, not beginnings. */
export function toasts(box: HTMLElement): void {
  const shown = [...box.querySelectorAll<HTMLElement>(".fw-toast")];
  for (const toast of shown) live(toast);
  if (shown.length) window.setTimeout(() => shown.forEach((toast) => toast.isConnected && !toast.contains(document.activeElement) && box.append(toast)), SETTLE);
}

/** A request of htmx that failed says so, instead of leaving the page as if nothing happened. */
export function flash(body: HTMLElement): void {
  const lost = (): void => void showToast(body.dataset.lost ?? "", true);
  body.addEventListener("htmx:sendError", lost);
  body.addEventListener("htmx:responseError", (event) => {
    if ((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status === 401) showSignedOut();
    else lost();
  });
}
