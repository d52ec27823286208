// Asks before a form is sent, when the form or the pressed button says what is at stake.

function ask(text: string, label: string): Promise<boolean> {
  const box = document.getElementById("confirmation");
  if (!(box instanceof HTMLDialogElement)) return Promise.resolve(window.confirm(text));
  const go = box.querySelector<HTMLButtonElement>("[data-go]");
  const cancel = box.querySelector<HTMLButtonElement>("[data-cancel]");
  const said = box.querySelector("[data-text]");
  if (!go || !cancel || !said) return Promise.resolve(false);
  said.textContent = text;
  go.textContent = label;
  return new Promise((resolve) => {
    const finish = (answer: boolean) => (): void => {
      box.close();
      resolve(answer);
    };
    go.onclick = finish(true);
    cancel.onclick = finish(false);
    box.oncancel = () => resolve(false);
    box.showModal();
    cancel.focus();
  });
}

export function confirm(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  let agreed = false;
  form.addEventListener("submit", (event) => {
    const button = event.submitter as HTMLElement | null;
    const text = button?.dataset.confirm ?? form.dataset.confirm;
    if (!text || agreed) return;
    event.preventDefault();
    const label = button?.dataset.confirmLabel ?? form.dataset.confirmLabel ?? "OK";
    void ask(text, label).then((yes) => {
      if (!yes) return button?.focus();
      agreed = true;
      form.requestSubmit(button);
    });
  });
}
