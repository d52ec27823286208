// The filter builder: what was typed outlives a change of the field, and only what can be asked is sent.

const BLANK = /^is (not )?blank$/;

export function filter(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  const rest = form.querySelector<HTMLElement>("[data-rest]");
  if (!rest) return;
  const operator = (): HTMLSelectElement | null => rest.querySelector("[name=op]");
  const box = (): HTMLElement | null => rest.querySelector("[data-value]");
  const control = (): HTMLInputElement | HTMLSelectElement | null => rest.querySelector("#filter-value");
  let kept = { operator: "", value: "" };
  let waiting = false;

  /** A condition that needs no value shows none; every other one cannot be sent without. */
  const fit = (): void => {
    const none = BLANK.test(operator()?.value ?? "");
    const place = box();
    if (place) place.hidden = none;
    for (const one of place?.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select") ?? []) one.disabled = none;
    const value = control();
    if (value) value.required = !none;
  };

  const takes = (value: HTMLInputElement | HTMLSelectElement, text: string): boolean => {
    if (value instanceof HTMLSelectElement) return [...value.options].some((option) => option.value === text);
    if (value.type === "date") return /^\d{4}-\d\d-\d\d$/.test(text);
    if (value.inputMode === "decimal") return /^[-+\d.,\s%]+$/.test(text);
    return value.getAttribute("role") !== "combobox";
  };

  form.addEventListener("htmx:beforeRequest", () => (waiting = true));
  form.addEventListener("htmx:afterRequest", () => (waiting = false));
  form.addEventListener("htmx:beforeSwap", () => {
    const value = control();
    kept = { operator: operator()?.value ?? "", value: value instanceof HTMLInputElement ? value.value : "" };
  });
  form.addEventListener("htmx:afterSwap", () => {
    const choice = operator();
    if (choice && [...choice.options].some((option) => option.value === kept.operator)) choice.value = kept.operator;
    const value = control();
    if (value && kept.value && takes(value, kept.value)) value.value = kept.value;
    fit();
  });
  rest.addEventListener("change", (event) => {
    if (event.target === operator()) fit();
  });
  rest.addEventListener("input", () => control()?.setCustomValidity(""));
  form.addEventListener("submit", (event) => {
    if ((event.submitter as HTMLButtonElement | null)?.name === "write") return;
    const value = control();
    const chosen = rest.querySelector<HTMLInputElement>(".fw-lookup input[type=hidden]");
    if (chosen && !chosen.disabled && !chosen.value && value) {
      event.preventDefault();
      value.setCustomValidity(form.dataset.choose ?? "");
      value.reportValidity();
    } else if (waiting) {
      event.preventDefault();
      value?.focus();
    }
  });
  fit();
}
